/** The global `fetch`. */
export function post(url) {
  return async (path, headers, body) => {
    const response = await fetch(url + path, { method: 'POST', headers, body });
    await response.text();
    return response.status;
  };
}

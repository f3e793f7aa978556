/** `undici` as a dependency: `request`, which is its shortest way. */
import { Pool } from 'undici';

export function post(url) {
  const pool = new Pool(url, { connections: 1 });
  return async (path, headers, body) => {
    const response = await pool.request({ method: 'POST', path, headers, body });
    await response.body.dump();
    return response.statusCode;
  };
}

/** What is used of Express' response. */
export interface Reply {
  redirect(status: number, url: string): void;
}

/** After a form: the page it was on again, for the same customer. */
export function backToShop(reply: Reply, user: string | undefined, ordered?: string, path = '/'): void {
  const query = new URLSearchParams();
  if (user !== undefined) query.set('user', user);
  if (ordered !== undefined) query.set('ordered', ordered);
  reply.redirect(303, `${path}?${query}`);
}

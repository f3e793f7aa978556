/** The official SDK's `network.client`: answers 200 at once and counts. Nothing leaves the process. */
export class SilentNetwork {
  #posts = 0;

  GET() {
    return Promise.resolve(ANSWER);
  }

  POST() {
    this.#posts += 1;
    return Promise.resolve(ANSWER);
  }

  /** How many events were sent since the last call. */
  take() {
    const posts = this.#posts;
    this.#posts = 0;
    return posts;
  }
}

const ANSWER = {
  getStatusCode: () => 200,
  getTotalAttempts: () => 0,
  getData: () => ({}),
  getError: () => undefined,
  getHeaders: () => ({}),
};

// What a script asks for by itself. The server is told that no person did it, so that it
// keeps nobody logged in who has left (accounts/http/activity.py). Scripts use no other fetch.

export function ask(address, headers = {}) {
  return fetch(address, { headers: { ...headers, "X-Asked-By": "page" } });
}

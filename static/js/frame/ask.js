// What a script asks for by itself. The server is told whether a person did it, so that a
// page keeps nobody logged in who has left (accounts/http/activity.py). Scripts use no
// other fetch.

export function ask(address, headers = {}) {
  return fetch(address, { headers: { ...headers, "X-Asked-By": "page" } });
}

/** Tell what happened on the page, also while it goes away; the answer's status, 0 when
 * none came. */
export async function note(address, fields) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { ...headers, Accept: "application/json", "X-Asked-By": "page" },
      redirect: "manual",
      keepalive: true,
    });
    return answer.status;
  } catch {
    return 0;
  }
}

/** Send a form with files that somebody chose: a person is there. */
export function sendForm(address, data) {
  return fetch(address, {
    method: "POST",
    body: data,
    headers: { Accept: "application/json", "X-Asked-By": "person" },
  });
}

/** Send what somebody is typing: a person is there. ``isLast``: the page is closing. */
export function send(address, fields, { isLast = false } = {}) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json", "X-Asked-By": "person" },
    redirect: "manual",
    keepalive: isLast,
  });
}

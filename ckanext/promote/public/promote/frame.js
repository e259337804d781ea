/* Stand-ins for what a frame without an origin does not have, for scripts that expect it.

   The first script of the page that ckanext/promote/content/embed_views.py makes. Storage and
   cookies live as long as the page; the parent is the page itself; requests to the portal carry the
   token by which it knows that they come from a frame of its own. */
(function () {
  "use strict";

  const token = document.currentScript.dataset.token;

  function memory() {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (index) => [...kept.keys()][index] ?? null,
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => { kept.set(String(key), String(value)); },
      removeItem: (key) => { kept.delete(String(key)); },
      clear: () => { kept.clear(); },
    };
  }

  function standIn(owner, name, descriptor) {
    try {
      void owner[name];
    } catch {
      Object.defineProperty(owner, name, { configurable: true, ...descriptor });
    }
  }

  standIn(window, "localStorage", { value: memory() });
  standIn(window, "sessionStorage", { value: memory() });
  standIn(document, "cookie", { get: () => "", set: () => {} });
  window.parent = window;

  function isOurs(address) {
    try {
      return new URL(address, document.baseURI).origin === location.origin;
    } catch {
      return false;
    }
  }

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    open.call(this, method, address, ...rest);
    if (isOurs(address)) this.setRequestHeader("X-Promote-Frame", token);
  };

  const fetch = window.fetch;
  window.fetch = function (resource, options) {
    const request = new Request(resource, options);
    if (isOurs(request.url)) request.headers.set("X-Promote-Frame", token);
    return fetch.call(window, request);
  };
})();

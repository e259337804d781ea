/* Loads what a tool shows when a reader asks for it. Without this script, the link that stands in
   its place leads to the page of its own. */
(function () {
  "use strict";

  function load(button, wanted) {
    const frame = document.createElement("iframe");
    frame.className = "promote-embed-frame";
    frame.title = wanted.title;
    frame.height = wanted.height;
    frame.loading = "lazy";
    frame.referrerPolicy = "no-referrer";
    frame.setAttribute("sandbox", wanted.sandbox);
    // Last: what is loaded is loaded under all of the above.
    frame.src = wanted.src;
    button.closest(".promote-embed-place").replaceChildren(frame);
    frame.focus();
  }

  document.querySelectorAll("a.promote-embed-load").forEach((link) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.textContent = link.textContent;
    button.addEventListener("click", () => load(button, link.dataset));
    link.replaceWith(button);
  });
})();

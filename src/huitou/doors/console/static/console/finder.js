/* A field that looks names up and offers what it finds below itself: in the builder of segments and in the form of an
   offer. A `.finder` holds the field `[data-find]` and the list `.found`; what can be taken bears `[data-take]`.

   `address(input)`: what is asked. `take(hit, input)`: one was chosen; the field is empty and the list closed again.
   `erase(finder)`: Backspace in the empty field. `onFocus`: it opens with the focus, else with a click. */
"use strict";
window.HuitouFinder = (root, { address, take, erase = () => {}, onFocus = false }) => {
  const WAIT_MS = 130;
  let asked = 0, wait = 0;
  const inputOf = (finder) => finder.querySelector("[data-find]");

  const find = async (input) => {
    const mine = ++asked, list = input.closest(".finder").querySelector(".found");
    const answer = await fetch(address(input), { headers: { "HX-Request": "true" } });
    const hits = answer.ok ? await answer.text() : "";
    if (mine !== asked || !answer.ok || document.activeElement !== input) return; // a late answer opens nothing over what comes next
    list.innerHTML = hits;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const close = (but) => {
    for (const list of root.querySelectorAll(".found:not([hidden])")) {
      const finder = list.closest(".finder");
      if (finder === but) continue;
      list.hidden = true;
      inputOf(finder).setAttribute("aria-expanded", "false");
    }
  };
  const taken = (hit) => {
    clearTimeout(wait);
    asked += 1;
    const input = inputOf(hit.closest(".finder"));
    input.value = "";
    close(null);
    take(hit, input);
  };

  root.addEventListener("input", (e) => {
    if (!e.target.matches("[data-find]")) return;
    e.stopPropagation();
    clearTimeout(wait);
    wait = setTimeout(() => find(e.target), WAIT_MS);
  }, true);
  root.addEventListener("focusin", (e) => {
    close(e.target.closest(".finder"));
    if (onFocus && e.target.matches("[data-find]")) find(e.target);
  });
  document.addEventListener("click", (e) => { if (!(e.target instanceof Element) || !e.target.closest(".finder")) close(null); });
  root.addEventListener("click", (e) => {
    const hit = e.target.closest("[data-take]");
    if (hit) taken(hit);
    else if (!onFocus && e.target.matches("[data-find]")) find(e.target);
  });
  root.addEventListener("keydown", (e) => {
    if (!e.target.matches("[data-find], .found [data-take]")) return;
    const finder = e.target.closest(".finder"), input = inputOf(finder);
    const hits = [...finder.querySelectorAll("[data-take]")], here = hits.indexOf(e.target);
    if (e.key === "ArrowDown" && e.target === input && input.getAttribute("aria-expanded") === "false") {
      e.preventDefault();
      find(input);
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      const next = here + (e.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? input : hits[Math.min(next, hits.length - 1)])?.focus();
      e.preventDefault();
    } else if (e.key === "Escape") {
      close(null);
      input.focus();
    } else if (e.key === "Enter" && here < 0) {
      e.preventDefault(); // it takes the first that was found, and sends nothing
      if (hits[0]) taken(hits[0]);
    } else if (e.key === "Backspace" && e.target === input && !input.value) erase(finder);
  });
};

/* Counts and what stands beside them. A newer question ends the one before: here, where its answer is not read any more,
   and on the server, where its query is stopped. */
window.HuitouSegments = window.HuitouSegments || {};
(function (S) {
  "use strict";
  const form = document.getElementById("segment-form"), live = document.getElementById("live"), side = document.getElementById("profile");
  const facts = S.facts || JSON.parse(document.getElementById("segment-facts").textContent);
  const waiting = document.querySelector("[data-counting]"), waitingSaid = waiting.querySelector("[data-counting-said]");
  const SLOW_MS = 700, SETTLED_MS = 900;
  let number = Date.now(), seed = 1, running = null, slow = 0, settle = 0, looking = 0;

  S.post = async (address, values, signal) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value, page: form.querySelector("[name=page]").value, called: form.querySelector("[name=called]").value, number: ++number, ...values })) body.append(name, value);
    return fetch(address, { method: "POST", body, signal, headers: { Accept: "application/json" } });
  };
  function show(on) {
    clearTimeout(slow);
    waiting.hidden = true;
    live.classList.toggle("old", on);
    if (on) slow = setTimeout(() => { waiting.hidden = false; cost(running); }, SLOW_MS);
  }
  /* What takes longer says how much it reads. */
  async function cost(mine) {
    const answer = await S.post(form.dataset.cost, { tree: treeNow() });
    const told = await answer.json();
    if (mine === running && told.says) waitingSaid.textContent = told.says;
  }
  S.stopCount = () => {
    if (running) { running.abort(); running = null; }
    clearTimeout(settle);
    show(false);
  };
  S.count = async (tree) => {
    S.stopCount();
    const mine = running = new AbortController();
    show(true);
    looking += 1; /* whom one before would still show is of conditions that were */
    side.classList.add("old");
    waitingSaid.textContent = facts.said.counting;
    try {
      const answer = await S.post(form.dataset.count, { tree }, mine.signal);
      const told = await answer.json();
      if (mine !== running) return;
      running = null;
      show(false);
      if (told.html) {
        live.innerHTML = told.html;
        live.firstElementChild.classList.add("fresh");
        S.doubt(told.doubts);
        if (S.counted) S.counted(told);
        clearTimeout(settle);
        settle = setTimeout(() => S.profile(tree), SETTLED_MS);
      } else if (told.wrong && !told.stopped) S.failed(told.wrong[0], true);
    } catch (ended) {
      if (ended.name !== "AbortError") { show(false); S.failed({ says: facts.said.failed }, true); }
    }
  };
  /* What failed is nobody, and the page says so; what may well go through the next time is one press away. */
  S.failed = (wrong, again) => {
    S.forget();
    const note = document.createElement("div"), words = document.createElement("div"), says = document.createElement("b");
    note.className = "note e";
    note.setAttribute("role", "alert");
    says.textContent = wrong.says;
    words.append(says);
    if (wrong.next) words.append(" " + wrong.next);
    if (wrong.code) {
      const code = document.createElement("small");
      code.className = "mut";
      code.textContent = wrong.code;
      words.append(document.createElement("br"), code);
    }
    if (again) words.append(document.createElement("br"), countAgain());
    note.append(words);
    live.replaceChildren(note);
  };
  function countAgain() {
    const again = document.createElement("button");
    again.className = "btn sm";
    again.type = "button";
    again.dataset.countAgain = "";
    again.textContent = facts.said.again;
    return again;
  }
  /* What stood there was the count of what was asked before, or that it is counted: neither is so any more. */
  function stopped() {
    S.forget();
    const blank = document.createElement("div"), bold = document.createElement("b"), again = countAgain();
    blank.className = "blank slim";
    bold.textContent = facts.said.halted;
    blank.append(bold, again);
    live.replaceChildren(blank);
    again.focus();
  }
  /* The numbers beside the conditions are of that count, too, and so is whom it shows. */
  S.forget = () => {
    S.doubt([]);
    looking += 1;
    side.classList.remove("old");
    side.replaceChildren();
    document.querySelectorAll(".cnt").forEach((one) => one.replaceChildren());
  };
  /* Names that nothing bears so far: no fault, so it is counted, and said under the sentence. */
  S.doubt = (doubts) => {
    const place = document.querySelector("[data-doubts]");
    place.replaceChildren(...doubts.map((text) => Object.assign(document.createElement("p"), { className: "doubt", textContent: text })));
  };
  /* Where it fails the count stands; what it shows comes with the next one. */
  S.profile = async (tree) => {
    const mine = ++looking;
    side.classList.add("old");
    try {
      const answer = await S.post(form.dataset.profile, { tree, seed });
      const told = answer.ok ? await answer.json() : {};
      if (mine === looking) side.innerHTML = told.html || "";
    } catch (ended) { if (mine === looking) side.replaceChildren(); } finally { if (mine === looking) side.classList.remove("old"); }
  };
  const treeNow = () => form.querySelector("[name=tree]").value;
  document.addEventListener("click", async (e) => {
    if (!(e.target instanceof Element)) return;
    if (e.target.closest("[data-stop-count]")) {
      S.stopCount();
      stopped();
      await S.post(form.dataset.stop, {});
      if (S.tell) S.tell(facts.said.stopped);
    }
    if (e.target.closest("[data-count-again]")) S.count(treeNow());
    if (e.target.closest("[data-again]")) { seed += 1; S.profile(treeNow()); }
    if (e.target.closest("[data-ask-why]")) askWhy();
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.target instanceof Element && e.target.matches("[data-who]")) { e.preventDefault(); askWhy(); }
  });
  async function askWhy() {
    const told = await (await S.post(form.dataset.why, { tree: treeNow(), who: side.querySelector("[data-who]").value })).json();
    const box = side.querySelector("[data-because]");
    if (told.html) box.innerHTML = told.html; else box.textContent = told.wrong[0].says;
  }
  /* Whoever leaves waits for no count. */
  addEventListener("pagehide", () => {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "page"]) body.append(name, form.querySelector("[name=" + name + "]").value);
    body.append("number", ++number);
    if (running) navigator.sendBeacon(form.dataset.stop, body);
  });
  if (!document.getElementById("tree") && treeNow()) S.count(treeNow());
})(window.HuitouSegments);

/* The field that always has the focus, and a key for everything: a scanner is a keyboard that types fast and ends with
   Enter, so whatever it types lands here. */
(() => {
  "use strict";
  const { el, say, $ } = till;
  const field = $("scan");
  let hits = [];

  const RECEIPT = /^HUITOU\/([^/]+)\/([^/]+)\/(\d{4}-\d{2}-\d{2})\/([^/]+)$/;
  const TIMES = /^(\d{1,3}(?:\.\d{1,3})?)\s*[*x×]\s*(.*)$/i;

  const scanned = async (said) => {
    if (till.coupons.looksLike(said) === "ours" && !till.shelf.find(said)) return till.coupons.present(said); // before `7x…` is a number of pieces
    const times = said.match(TIMES), count = times ? till.milli(times[1]) : 1000, text = times ? times[2].trim() : said;
    if (times && !text) { // `3*` alone: so many of the chosen line
      if (till.basket.now.lines.length) amount(count);
      return;
    }
    const receipt = text.match(RECEIPT);
    if (receipt) return till.goodsBack.open(text);
    const found = till.shelf.find(text);
    if (found) return put(found, times ? count : null);
    const kind = till.member.looksLike(text);
    if (kind) return till.member.identify(text);
    if (hits.length) return put({ goods: hits[0], pieces: 1, milli: null, fen: null }, times ? count : null);
    if (/\d/.test(text) && !till.line.away && (await till.shelf.renew())) { // it may be new since the list came
      const now = till.shelf.find(text);
      if (now) return put(now, times ? count : null);
    }
    if (till.coupons.looksLike(text)) return till.coupons.present(text); // another programme's, or mistyped: the server says which
    till.tell({ message: say("nothing_of_that", { said: text }), next_step: say("nothing_of_that_next") });
  };

  const put = async (found, count) => {
    if (found.goods.fen === null && found.fen === null) return till.tell({ message: say("no_price_of", { name: found.goods.name }), next_step: say("no_price_next") });
    if (found.goods.weighed && found.milli === null) {
      const milli = count ?? (await till.ask(say("weigh", { name: found.goods.name }), say("kilograms"), ""));
      if (milli === null) return;
      return till.basket.add(found, milli);
    }
    if (!found.goods.weighed && count !== null && count % 1000) return till.tell({ message: say("whole_pieces"), next_step: "" });
    till.basket.add(found, count === null ? 1 : count / 1000);
  };
  const amount = (milli) => {
    const now = till.basket.now, one = now.lines[till.basket.chosen];
    if (!one || !milli || milli > 999_999_000) return;
    if (!one.weighed && milli % 1000) return till.tell({ message: say("whole_pieces"), next_step: "" });
    till.basket.amend(till.basket.chosen, milli);
  };
  const askAmount = async () => {
    const one = till.basket.now.lines[till.basket.chosen];
    if (!one) return;
    const milli = await till.ask(one.name, say(one.weighed ? "kilograms" : "pieces"), one.weighed ? till.kilos(one.milli) : till.pieces(one.milli));
    if (milli !== null) amount(milli);
  };
  const askMember = async () => {
    const said = await till.askText(say("member"), say("member_how"), till.basket.now.member ? say("without_member") : "");
    if (said === null) return;
    if (said === "") { if (till.basket.now.member) till.member.leave(); return; }
    await till.member.identify(said);
  };
  const removed = () => { if (till.basket.now.lines.length) till.basket.remove(till.basket.chosen); };

  const KEYS = {
    F1: askMember, F2: askMember, F3: askAmount, F4: askAmount, F6: () => till.member.answer("accepted"), F7: () => till.member.answer("declined"), F8: () => till.held.press(), F9: () => till.goodsBack.ask(),
    F10: () => till.paying.open("cash"), Delete: removed,
    ArrowDown: () => till.basket.choose(till.basket.chosen + 1), ArrowUp: () => till.basket.choose(till.basket.chosen - 1),
  };
  document.addEventListener("keydown", (e) => {
    if (!till.basket.now || !till.own?.till || document.querySelector("dialog[open]")) return;
    const bare = document.activeElement !== field || !field.value;
    if (e.key === "z" && (e.ctrlKey || e.metaKey) && bare) { e.preventDefault(); till.basket.undo(); return; }
    if (e.altKey && /^Digit[1-9]$/.test(e.code)) { e.preventDefault(); choose(Number(e.code.slice(-1)) - 1); return; }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (KEYS[e.key] && (e.key.startsWith("F") || (bare && !(document.activeElement?.tagName === "SELECT")))) {
      e.preventDefault();
      KEYS[e.key]();
    } else if (bare && e.key === "?") {
      e.preventDefault();
      till.why();
    } else if (e.key === "Escape") {
      field.value = "";
      search();
    } else if (e.key.length === 1 && document.activeElement !== field && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName)) {
      field.focus(); // whatever was pressed last: a scanner types into the field
    }
  });

  /* Names are looked for while one types; a scanner is faster than anybody reads. */
  const search = () => {
    const said = field.value.replace(TIMES, "$2").trim();
    hits = /^\d*$/.test(said) ? [] : till.shelf.search(said);
    $("hits").hidden = !hits.length;
    $("hits").replaceChildren(...hits.map((one, place) => el("li", el("button", { type: "button", tabindex: "-1", onclick: () => { const times = field.value.match(TIMES); field.value = ""; search(); put({ goods: one, pieces: 1, milli: null, fen: null }, times ? till.milli(times[1]) : null); field.focus(); } },
      el("span", { "data-text": true }, one.name), el("span.num", one.price === null ? "—" : `${till.shown(one.fen)}${one.weighed ? "/kg" : ""}`), place ? null : el("kbd", "Enter")))));
  };
  field.addEventListener("input", search);
  /* What was typed before Enter was handled stays in order: a scanner sends the next code while the last is looked up. */
  let busy = Promise.resolve();
  $("scan-form").addEventListener("submit", (e) => {
    e.preventDefault();
    const said = field.value.trim(), first = hits;
    field.value = "";
    if (!said) { busy = busy.then(() => till.paying.open()); return; }
    hits = first;
    busy = busy.then(() => { hits = first; return scanned(said); }).catch((fault) => { console.error(fault); }).finally(() => { hits = []; search(); });
  });
  const choose = (place) => { const one = till.shownCoupons?.[place]; if (one?.code) till.coupons.toggle(one.code); };
  for (const [id, press] of [["key-member", askMember], ["key-amount", askAmount], ["key-remove", removed], ["key-held", () => till.held.press()], ["key-back", () => till.goodsBack.ask()], ["key-why", () => till.why()], ["undo", () => till.basket.undo()]]) {
    $(id).addEventListener("click", () => { press(); if (!document.querySelector("dialog[open]")) field.focus(); });
  }
  till.keys = { askMember, scanned, choose };
})();

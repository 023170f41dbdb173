/* The lines of the basket: what was scanned, what it costs, and why. Nothing on the page scrolls but these. */
(() => {
  "use strict";
  const { el, say, $ } = till;

  const names = () => new Map((till.basket.now.quote?.applied || []).map((one) => [one.offer, one.name]));
  const why = (one, named) => one.takings.map((taking) => el("span.lbl.q", say("took_off", { offer: named.get(taking.offer) || taking.offer, amount: till.shown(till.fen(taking.off)) })));

  const row = (one, place, named) => {
    const chosen = place === till.basket.chosen;
    const kind = one.weighed ? say("weighed", { kilos: till.kilos(one.milli) }) : one.sku;
    return el(`tr${chosen ? ".cur" : ""}`, { onclick: () => till.basket.choose(place), "aria-selected": String(chosen) },
      el("td.n", String(place + 1)),
      el("td", el("div.nm", el("span", { "data-text": true }, one.name), ...why(one, named)), el("div.cd", kind)),
      el("td.num", one.weighed ? till.kilos(one.milli) : till.pieces(one.milli)),
      el("td.num", one.price === null ? "—" : till.shown(one.price), one.weighed ? el("span.mut", "/kg") : null),
      el("td.num.am", till.shown(one.amount), one.amount === one.before ? null : el("s", till.shown(one.before))));
  };

  /* How far an offer is: what is missing, in money; a missing piece as dear as the pieces of this basket are. */
  const distance = (lines) => {
    const pieces = lines.filter((one) => !one.weighed), count = pieces.reduce((sum, one) => sum + one.milli / 1000, 0);
    const each = count ? pieces.reduce((sum, one) => sum + one.before, 0) / count : 0;
    return (one) => (one.missing_amount ? till.fen(one.missing_amount) : 0) + (one.missing_pieces || 0) * each;
  };
  const gap = (lines) => {
    const far = distance(lines);
    const near = (till.basket.quoted() ? till.basket.now.quote.not_applied : [])
      .filter((one) => (one.missing_amount && till.fen(one.missing_amount) > 0) || one.missing_pieces > 0)
      .sort((a, b) => far(a) - far(b))[0];
    $("gap").hidden = !near;
    if (!near) return;
    const missing = near.missing_amount ? till.fen(near.missing_amount) : 0, pieces = near.missing_pieces || 0, has = till.basket.total();
    const key = missing ? "gap" : pieces === 1 ? "gap_piece" : "gap_pieces";
    $("gap-text").replaceChildren(...till.sentence(key, { missing: el("b", missing ? till.shown(missing) : String(pieces)), currency: till.begin.currency, offer: el("b", { "data-text": true }, near.name) }));
    $("gap-drawn").classList.toggle("gone", !missing); // of pieces nobody says how many are there
    $("gap-bar").setAttribute("width", `${Math.round((has * 100) / (has + missing || 1))}%`);
  };

  till.draws(() => {
    const now = till.basket.now;
    if (!now) return;
    const lines = till.basket.reckoned(), named = names();
    $("lines").replaceChildren(...lines.map((one, place) => row(one, place, named)));
    $("empty").hidden = lines.length > 0;
    $("lines").querySelector(".cur")?.scrollIntoView({ block: "nearest" });
    const before = lines.reduce((sum, one) => sum + one.before, 0), total = lines.reduce((sum, one) => sum + one.amount, 0);
    $("sum-lines").textContent = say("so_many", { count: lines.length });
    $("sum-before").textContent = say("before", { amount: till.shown(before) });
    $("sum-off").textContent = total === before ? "" : say("off", { amount: till.shown(total - before) });
    $("sum-total").textContent = till.shown(total);
    gap(lines);
  });

  /* `?`: why is it this price, offer by offer, also those that gave nothing. */
  const REASONS = ["missing_amount", "missing_pieces"];
  till.why = () => {
    const quote = till.basket.quoted() ? till.basket.now.quote : null;
    const item = (left, right) => el("li", el("span", { "data-text": true }, left), el("span.num", right));
    const applied = (quote?.applied || []).map((one) => item(one.name, till.shown(-till.fen(one.off))));
    const not = (quote?.not_applied || []).map((one) => {
      const lacks = REASONS.find((reason) => one[reason]);
      return item(one.name, lacks ? say(lacks, { missing: one[lacks], count: Number(one[lacks]), currency: till.begin.currency }) : say(`reason_${one.reason}`));
    });
    $("why-list").replaceChildren(
      el("h3", say("why_applied")), el("ul.plain", ...(applied.length ? applied : [el("li.mut", say("nothing"))])),
      el("h3", say("why_not")), el("ul.plain", ...(not.length ? not : [el("li.mut", say("nothing"))])),
      el("p.mut", !quote ? say("shelf_prices") : quote.optimal ? say("proven") : say("not_proven", { amount: quote.at_most_better })));
    $("why").showModal();
  };
})();

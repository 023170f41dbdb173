/* Goods that come back: the receipt is found, lines and pieces are picked, and the server says what goes back for them. */
(() => {
  "use strict";
  const { el, say, $ } = till;
  let sale = null, picked = new Map(), quote = null, turn = 0, closing = false;

  const ask = async () => {
    if (till.line.away) return till.tell({ message: say("back_away"), next_step: say("back_away_next") });
    const said = await till.askText(say("return_slip"), say("back_how"));
    if (said) open(said);
  };
  const open = async (said) => {
    await till.queue.send(); // what was sold a moment ago can come back, too
    const answer = await till.line.call("POST", "/receipts/find", { query: said });
    if (answer.away) return till.tell({ message: say("back_away"), next_step: say("back_away_next") });
    if (answer.refused) return till.tell(answer.refused);
    const { sales } = answer.told;
    if (!sales.length) return till.tell({ message: say("back_number_unknown", { said }), next_step: say("back_number_next") });
    if (sales.length === 1) return begin(sales[0]);
    till.choose(say("which_receipt"), sales.map((one) => ({ text: `${till.moment(one.at)}　${one.number}`, small: `${till.storeName(one.store)}　${till.shown(till.fen(one.total))}`, take: () => begin(one) })));
  };
  const begin = (one) => {
    sale = one;
    picked = new Map();
    quote = null;
    $("back").showModal();
    draw();
    $("back-lines").querySelector("input:enabled")?.select();
  };

  const left = (line) => till.milli(line.quantity) - till.milli(line.returned);
  const row = (line) => {
    const most = left(line), id = `back-${line.line}`;
    const field = el("input.field", {
      id, inputmode: "decimal", autocomplete: "off", "aria-label": `${line.name} ${say("comes_back")}`, value: till.pieces(picked.get(line.line) || 0),
      ...(most > 0 ? {} : { disabled: true }),
      onchange: () => pick(line, field), onfocus: () => field.select(),
    });
    return el("tr", el("td", { "data-text": true }, line.name), el("td.num", till.pieces(till.milli(line.quantity))), el("td.num", till.pieces(till.milli(line.returned))),
      el("td.num", till.shown(till.fen(line.amount))), el("td.num", field), el("td.num", { id: `${id}-gives` }, ""));
  };
  const pick = (line, field) => {
    const milli = till.milli(field.value || "0"), most = left(line);
    if (milli === null || milli < 0 || milli > most || (most % 1000 === 0 && till.milli(line.quantity) % 1000 === 0 && !weighed(line) && milli % 1000)) {
      $("back-wrong").textContent = say("at_most_back", { most: till.pieces(most) });
      field.value = till.pieces(picked.get(line.line) || 0);
      return;
    }
    $("back-wrong").textContent = "";
    if (milli) picked.set(line.line, milli);
    else picked.delete(line.line);
    price();
  };
  const weighed = (line) => till.shelf.find(line.sku)?.goods.weighed ?? false;

  const named = () => ({ store: sale.store, till: sale.till, business_date: sale.business_date, number: sale.number });
  const price = async () => {
    const mine = ++turn;
    quote = null;
    if (!picked.size) return amounts();
    const lines = [...picked].map(([place, milli], at) => ({ line: at + 1, sale_line: place, quantity: till.kilos(milli) }));
    const answer = await till.line.call("POST", "/returns/quote", { store: till.own.store, till: till.own.till, sale: named(), lines });
    if (mine !== turn) return;
    quote = answer.told || null;
    $("back-wrong").textContent = answer.refused ? `${answer.refused.message} ${answer.refused.next_step}` : answer.away ? say("back_away") : "";
    amounts();
  };
  const draw = () => {
    // Each stays whole where the line breaks: a receipt's number has hyphens.
    const facts = [till.storeName(sale.store), till.moment(sale.at), sale.number, sale.member?.name].filter(Boolean);
    $("back-name").replaceChildren(...facts.flatMap((fact, place) => {
      const whole = document.createElement("span");
      whole.className = "nw";
      whole.textContent = fact;
      return place ? ["　", whole] : [whole];
    }));
    $("back-lines").replaceChildren(...sale.lines.map(row));
    $("back-wrong").textContent = sale.lines.some((line) => left(line) > 0) ? "" : say("all_back");
    amounts();
  };
  const amounts = () => {
    for (const line of sale.lines) $(`back-${line.line}-gives`).textContent = "";
    for (const line of quote?.lines || []) $(`back-${line.sale_line}-gives`).textContent = till.shown(till.fen(line.amount));
    const rows = (quote?.tenders || []).map((one) => [say(`tender_${one.kind}`), till.shown(till.fen(one.amount))]);
    if (quote?.points_taken_back) rows.push([say("points_back"), till.count(quote.points_taken_back)]);
    if (quote?.points_restored) rows.push([say("points_restored"), till.count(quote.points_restored)]);
    if (quote?.coupons_given_back.length) rows.push([say("coupons_back"), quote.coupons_given_back.join(" ")]);
    if (quote?.coupons_void?.length) rows.push([say("coupons_void"), quote.coupons_void.join(" ")]);
    for (const one of quote?.benefits_gone || []) for (const gift of one.given.gifts || []) rows.push([one.name || one.offer, say("gift_back", { gift: till.shelf.find(gift.sku)?.goods.name || gift.sku, pieces: gift.pieces })]);
    if (quote && till.line.alone) rows.push([say("points_and_coupons"), say("settled_later")]);
    $("back-calc").replaceChildren(...rows.flatMap(([name, value]) => [el("dt", name), el("dd", value)]));
    $("back-total").textContent = till.shown(quote ? till.fen(quote.total) : 0);
    $("back-go").disabled = !quote;
  };
  const everything = () => {
    for (const line of sale.lines) if (left(line) > 0) picked.set(line.line, left(line));
    draw();
    price();
  };

  /* The money is given back, so it has happened: written down first, and sent like a sale. */
  const go = async () => {
    if (!quote || closing) return;
    closing = true;
    try {
      const number = `${till.own.tag}-${String(await till.kept.next()).padStart(6, "0")}`, at = till.clock();
      const body = { store: till.own.store, till: till.own.till, number, at, sale: named(), lines: quote.lines, ...(quote.tenders.length ? { tenders: quote.tenders } : {}) };
      const byLine = new Map(sale.lines.map((line) => [line.line, line]));
      const slip = {
        number, kind: "return", at, store: till.own.store, storeName: till.storeName(till.own.store), till: till.own.till, day: null, cashier: till.begin.cashier,
        lines: quote.lines.map((line) => {
          const fen = -till.fen(line.amount), milli = till.milli(line.quantity), sold = byLine.get(line.sale_line);
          return { name: sold.name, weighed: milli % 1000 !== 0, price: null, milli, before: fen, amount: fen, takings: [] };
        }),
        of: sale.number, tenders: quote.tenders.map((one) => ({ kind: one.kind, amount: till.fen(one.amount) })), total: till.fen(quote.total),
        member: sale.member && { name: sale.member.name, phone: sale.member.phone }, points: null,
      };
      if (!(await till.queue.write("return", body, slip))) return;
      $("back").close();
      till.slip.show(slip);
      till.queue.send();
    } finally {
      closing = false;
    }
  };
  $("back-form").addEventListener("submit", (e) => {
    e.preventDefault();
    if (document.activeElement?.matches("#back-lines input")) document.activeElement.blur(); // Enter in a field counts it first
    else go();
  });
  $("back-go").addEventListener("click", (e) => { e.preventDefault(); go(); });
  $("back-all").addEventListener("click", everything);
  till.goodsBack = { open, ask };
})();

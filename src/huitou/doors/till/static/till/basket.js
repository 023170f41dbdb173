/* The basket on the belt, and what it costs: priced by the server as every till's is; where nobody answers, as the shelf
   says. It is written down with every change, so that a reload finds it as it was. */
(() => {
  "use strict";
  const UNDO = 20;
  let basket = null, turn = 0, answered = 0, before = [];

  const fresh = () => ({ number: null, lines: [], member: null, coupons: [], dropped: [], named: {}, theirs: [], holds: [], heldPoints: 0, round: 0, quote: null, trouble: null, answered: [], saying: null });
  const begin = () => { basket = fresh(); before = []; turn++; answered = turn; chosen = 0; keep(); };
  let chosen = 0;
  const keep = () => till.kept.set("basket", basket);

  const numbered = async () => {
    if (basket.number) return;
    const mine = basket, next = String(await till.kept.next()).padStart(6, "0");
    mine.number ||= `${till.own.tag}-${next}`;
  };
  /* What it holds is held under this name. Points that were promised and given free again are not promised under the same
     one a second time: `round` counts. */
  const key = () => `${till.own.store}-${till.own.till}-${basket.number}${basket.round ? `.${basket.round}` : ""}`;

  const remember = () => {
    before.push(JSON.stringify(basket.lines));
    if (before.length > UNDO) before.shift();
  };
  const undo = () => {
    if (!before.length) return false;
    basket.lines = JSON.parse(before.pop());
    chosen = Math.min(chosen, Math.max(0, basket.lines.length - 1));
    touched();
    return true;
  };

  /* Goods of one kind are one line; what was weighed stands by itself, for each piece has its own weight. */
  const add = (found, times = 1) => {
    const { goods, pieces } = found;
    remember();
    const same = !goods.weighed && basket.lines.find((one) => one.sku === goods.sku && one.label === null);
    const milli = found.milli ?? (goods.weighed ? times : times * pieces * 1000);
    if (same) same.milli += milli;
    else {
      basket.lines.push({ sku: goods.sku, name: goods.name, category: goods.category, weighed: goods.weighed, price: goods.fen, milli, label: found.fen });
    }
    chosen = same ? basket.lines.indexOf(same) : basket.lines.length - 1;
    touched();
  };
  const amend = (place, milli) => {
    remember();
    Object.assign(basket.lines[place], { milli, label: null });
    touched();
  };
  const remove = (place) => {
    remember();
    basket.lines.splice(place, 1);
    chosen = Math.min(chosen, Math.max(0, basket.lines.length - 1));
    touched();
  };
  const choose = (place) => {
    chosen = Math.max(0, Math.min(place, basket.lines.length - 1));
    till.changed();
  };

  const shelfFen = (one) => one.label ?? till.amountOf(one.price ?? 0, one.milli);

  /* Of each line what it costs and why; `quoted`: the server's answer to just this basket. */
  const reckoned = () => {
    const told = quoted() ? new Map(basket.quote.lines.map((one) => [one.line, one])) : new Map();
    return basket.lines.map((one, place) => {
      const priced = told.get(place + 1), shelf = shelfFen(one);
      if (!priced) return { ...one, before: shelf, amount: shelf, takings: [] };
      return { ...one, before: till.fen(priced.before), amount: till.fen(priced.amount), takings: priced.takings };
    });
  };
  const quoted = () => basket.quote !== null && answered === turn;
  const total = () => reckoned().reduce((sum, one) => sum + one.amount, 0);

  const asked = () => ({
    store: till.own.store,
    till: till.own.till,
    lines: basket.lines.map((one, place) => ({
      line: place + 1, sku: one.sku, quantity: till.kilos(one.milli), ...(one.label === null ? {} : { amount: till.yuan(one.label) }),
    })),
    coupons: basket.coupons,
    ...(basket.member?.number ? { member: { kind: "member", value: basket.member.number } } : {}),
    // Named as soon as there may be a promise: it may be on its way, and what is promised to us is not another basket's.
    ...(basket.coupons.length || basket.holds.length || basket.heldPoints ? { hold: key() } : {}),
  });

  /* Whoever is paying was told a price, and pays that: what comes meanwhile (the server is back, the member is known) is
     priced when they are done, if the basket still lies there. */
  let pricing = Promise.resolve(), late = false;
  const touched = () => {
    if (till.$("pay").open) {
      late = true;
      till.changed();
      keep();
      return pricing;
    }
    turn++;
    basket.trouble = null;
    till.changed();
    keep();
    pricing = price(turn);
    return pricing;
  };
  const price = async (mine) => {
    if (!basket.lines.length) {
      basket.quote = null;
      answered = mine;
      if (basket.holds.length) till.coupons.secure();
      return;
    }
    await numbered();
    let answer = await till.line.call("POST", "/baskets/price", asked());
    // Its time was over before all coupons of the member were looked at: asked once more, for one of them may help.
    if (answer.told?.wallet_cut && basket.member && mine === turn) answer = await till.line.call("POST", "/baskets/price", asked());
    if (mine !== turn) return;
    basket.quote = answer.told ?? null;
    basket.trouble = answer.refused ?? null;
    answered = mine;
    if (answer.told && till.coupons.help()) return touched(); // a coupon of the member helps: it is taken, and priced anew
    till.changed();
    keep();
    if (answer.told) await till.coupons.secure();
  };
  /* Once the newest change is priced, or nobody answers. */
  const settled = async () => {
    let seen;
    do { seen = pricing; await seen; } while (seen !== pricing);
  };

  till.basket = {
    begin, add, amend, remove, choose, undo, touched, settled, reckoned, quoted, total, key, keep, numbered,
    take: (one) => { basket = { ...fresh(), ...one }; before = []; chosen = 0; touched(); },
    get now() { return basket; },
    get chosen() { return chosen; },
    get undoable() { return before.length > 0; },
  };
  document.addEventListener("till:back", () => { if (basket?.lines.length) touched(); });
  till.$("pay").addEventListener("close", () => {
    if (late && basket?.lines.length) touched();
    late = false;
  });
})();

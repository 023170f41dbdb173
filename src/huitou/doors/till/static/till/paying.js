/* Paying: one tender after the other until nothing is left; of cash the change is reckoned, of points what they are worth. */
(() => {
  "use strict";
  const { el, say, $ } = till;
  const QUOTE_LEFT_MS = 60_000;
  const MONEY = ["wechat", "alipay", "card", "cash"];
  let tenders = [], kind = "wechat", due = 0, closing = false, promising = false;

  const kinds = () => (till.points.most() > 0 ? [...MONEY, "points"] : MONEY);
  const left = () => due - tenders.reduce((sum, one) => sum + one.amount, 0);

  const open = async (wanted = "wechat") => {
    const now = till.basket.now;
    if (!now.lines.length || $("pay").open) return;
    await till.basket.settled();
    if (till.basket.quoted() && Date.now() > Date.parse(now.quote.expires_at) - QUOTE_LEFT_MS) await till.basket.touched();
    if (now.lines.some((one) => one.price === null && one.label === null)) return till.tell({ message: say("no_price"), next_step: say("no_price_next") });
    if (now.trouble && !till.line.away && !till.basket.quoted()) return till.tell(now.trouble);
    if (till.basket.quoted()) {
      const why = await till.coupons.secure();
      if (why) return till.tell(why);
      await till.basket.settled(); // what changed meanwhile has its price, too: from here on it stands
    }
    tenders = [];
    kind = wanted;
    due = till.basket.total();
    $("pay").showModal();
    draw();
    if (!due) finish();
  };
  const draw = () => {
    const rest = left(), most = say({ cash: "given", points: "points_to_use" }[kind] || "pays");
    $("pay-due").textContent = till.shown(due);
    $("pay-tenders").replaceChildren(...tenders.map((one, place) => el("li",
      el("span", say(`tender_${one.kind}`), one.points ? el("span.mut", ` ${till.pointsSaid("points", one.points)}`) : null), el("b.num", till.shown(one.amount)),
      el("button.btn.ghost.sm", { type: "button", "aria-label": say("remove"), onclick: () => { tenders.splice(place, 1); draw(); } }, "×"))));
    $("pay-kinds").replaceChildren(...kinds().map((one, place) => el("button.btn", {
      type: "button", "aria-pressed": String(one === kind), onclick: () => { kind = one; draw(); },
    }, say(`tender_${one}`), el("kbd", `F${place + 1}`))));
    $("pay-left").textContent = till.shown(rest);
    $("pay-word").textContent = most;
    const field = $("pay-amount");
    field.value = kind === "points" ? String(till.points.fits(rest)) : till.yuan(rest);
    field.select();
    change();
  };
  const change = () => {
    if (kind === "points") { $("pay-change").textContent = till.points.says($("pay-amount").value); $("pay-wrong").textContent = ""; return; }
    const given = till.fen($("pay-amount").value), over = given === null ? 0 : given - left();
    $("pay-change").textContent = kind === "cash" && over > 0 ? say("change_back", { amount: till.shown(over) }) : "";
    $("pay-wrong").textContent = "";
  };
  const enter = async () => {
    const rest = left();
    if (kind === "points") return points(rest);
    let given = till.fen($("pay-amount").value);
    if (given === null || given <= 0) return wrong(say("amount_unread"));
    if (given > rest && kind !== "cash") return wrong(say("more_than_due", { amount: till.shown(rest) }));
    if (given > rest + 1_000_000) return wrong(say("amount_unread")); // a barcode in the field of the amount is no money
    const taken = Math.min(given, rest), same = tenders.find((one) => one.kind === kind);
    if (same) Object.assign(same, { amount: same.amount + taken, given: same.given + given });
    else tenders.push({ kind, amount: taken, given });
    if (left() > 0) draw();
    else finish();
  };
  /* Points are promised to this basket before anything else is paid: the member has shown their code for them. */
  const points = async (rest) => {
    const asked = Number($("pay-amount").value.trim()), most = till.points.fits(rest);
    if (tenders.some((one) => one.kind === "points")) return wrong(say("points_once"));
    if (!Number.isInteger(asked) || asked <= 0 || asked > most || !till.points.fitting(asked)) return wrong(till.points.rule(most));
    if (promising) return;
    promising = true;
    const why = await till.points.secure(asked).finally(() => { promising = false; });
    if (why) return wrong(`${why.message} ${why.next_step || ""}`);
    if (!$("pay").open) return;
    tenders.push({ kind: "points", amount: till.points.worth(asked), points: asked });
    kind = "wechat";
    if (left() > 0) draw();
    else finish();
  };
  const wrong = (text) => { $("pay-wrong").textContent = text; $("pay-amount").select(); };

  /* The sale has happened: it is written down before anything else, and then sent. */
  const finish = async () => {
    if (closing) return;
    closing = true;
    try {
      await till.basket.numbered();
      const now = till.basket.now, lines = till.basket.reckoned(), quoted = till.basket.quoted();
      const used = quoted ? till.coupons.usedOf(now.quote) : [], points = tenders.find((one) => one.kind === "points")?.points || 0;
      const body = {
        store: till.own.store, till: till.own.till, number: now.number, at: till.clock(),
        lines: lines.map((one, place) => ({
          line: place + 1, sku: one.sku, name: one.name, category: one.category, quantity: till.kilos(one.milli),
          ...(one.price === null ? {} : { unit_price: till.yuan(one.price) }),
          discount: till.yuan(one.before - one.amount), amount: till.yuan(one.amount),
        })),
        ...(tenders.length ? { tenders: tenders.map((one) => ({ kind: one.kind, amount: till.yuan(one.amount) })) } : {}),
        ...(now.member ? { member: now.member.ref } : {}),
        ...(quoted ? { quote: { programme: now.quote.programme, at: now.quote.at, ...(now.quote.proof ? { proof: now.quote.proof } : {}) }, coupons: used } : {}),
        ...(points ? { points_used: points } : {}),
        ...(used.length || points || now.holds.length ? { hold: till.basket.key() } : {}),
      };
      const basket = JSON.parse(JSON.stringify({ lines: now.lines, member: now.member, coupons: now.coupons }));
      const slip = {
        number: now.number, kind: "sale", at: body.at, store: till.own.store, storeName: till.storeName(till.own.store), till: till.own.till, day: null, lines, tenders, total: due, cashier: till.begin.cashier, quoted,
        applied: quoted ? now.quote.applied : [], member: now.member && { name: till.member.said(now.member), phone: now.member.phone }, points: null, basket,
      };
      if (!(await till.queue.write("sale", body, slip))) return;
      const unused = !points && till.points.held() ? till.basket.key() : "";
      $("pay").close();
      till.basket.begin();
      till.changed(); // what is sold leaves the belt, also where nobody answers
      till.slip.show(slip);
      const sent = till.queue.send();
      if (unused) sent.then(() => till.line.call("DELETE", `/baskets/${encodeURIComponent(unused)}/hold`)); // promised, and not spent
    } finally {
      closing = false;
    }
  };

  $("pay-form").addEventListener("submit", (e) => { e.preventDefault(); enter(); });
  $("pay-amount").addEventListener("input", change);
  $("pay").addEventListener("keydown", (e) => {
    const place = ["F1", "F2", "F3", "F4", "F5"].indexOf(e.key);
    if (place < 0) return;
    e.preventDefault(); // F5 would load the page anew
    if (!kinds()[place]) return;
    kind = kinds()[place];
    draw();
  });
  till.paying = { open };
})();

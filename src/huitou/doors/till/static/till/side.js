/* The right side: who it is, what the cashier may say, the coupons, and what is to be paid. */
(() => {
  "use strict";
  const { el, say, $ } = till;

  const button = (text, key, press, more = "") => el(`button.btn.sm${more}`, { type: "button", onclick: press }, text, key ? el("kbd", key) : null);

  const member = () => {
    const one = till.basket.now.member;
    if (!one) return [el("div.av.none", till.icon("user")), el("div", el("div.nm1", say("no_member")), el("div.f12.sec", say("no_member_how"))), el("span.sp"), button(say("member"), "F2", till.keys.askMember)];
    const name = one.name || one.shown || one.number;
    const most = till.points.most(), pays = most ? say("points_may_pay", { points: till.count(most), amount: till.shown(till.points.worth(most)) }) : "";
    const about = one.number ? [one.tier, till.pointsSaid("points", one.balance), pays].filter(Boolean) : [say("not_looked_up")];
    return [
      el("div.av", { "aria-hidden": "true" }, name.slice(0, 1)),
      el("div", el("div.nm1", { "data-text": true }, name, el("span.mut", ` ${one.phone || ""}`)), el("div.f12.sec", ...about.map((part) => el("span", part)), one.code ? el("span.lbl.q", say("code_shown")) : null)),
      el("span.sp"), button(say("change_member"), "F2", till.keys.askMember),
    ];
  };

  const coupons = () => {
    const now = till.basket.now, quote = now.quote;
    if (!quote) { // presented before anything was scanned, or while nobody answers: not looked at yet
      const small = till.line.away ? say("coupon_away") : now.lines.length ? say("pricing") : say("coupon_waits");
      return now.coupons.slice(0, 9).map((code) => ({ code, name: code, on: true, off: 0, small }));
    }
    const saved = new Map();
    for (const one of quote.applied) for (const code of one.coupons) saved.set(code, { name: one.name, off: till.fen(one.off) });
    const presented = quote.coupons.map((one) => ({ code: one.coupon, name: saved.get(one.coupon)?.name || one.title || one.kind, on: one.used, off: saved.get(one.coupon)?.off || 0, small: one.used ? "" : say("saves_nothing") }));
    const offered = quote.suggestions.filter((one) => (one.coupon || one.needs_code) && !now.coupons.includes(one.coupon)).map((one) => ({
      code: one.coupon, name: one.name || one.offer, on: false, off: 0,
      small: now.member?.code ? say("would_save", { amount: one.saves }) : say("needs_code", { amount: one.saves }),
    }));
    // What the cashier took out stays in reach, also where nobody offers it just now.
    const shown = new Set([...presented, ...offered].map((one) => one.code));
    const out = now.dropped.filter((code) => !shown.has(code)).map((code) => ({ code, name: now.named[code], on: false, off: 0, small: say("taken_out") }));
    return [...presented, ...offered, ...out].slice(0, 9);
  };
  const coupon = (one, place) => el(`li${one.on ? ".on" : ""}`,
    el("button", { type: "button", "aria-pressed": String(one.on), disabled: !one.code, onclick: () => till.coupons.toggle(one.code) },
      el("span.key", String(place + 1)), el("span.bx", one.on ? till.icon("check") : null),
      el("span.cn", { "data-text": true }, one.name), el("span.mut", one.small), el("span.num.fw6", one.off ? till.shown(-one.off) : "")));

  const prompt = () => {
    const one = till.prompts.shown();
    return one ? [el("div.say", el("b", say("may_say")), el("span", { "data-text": true }, one.say),
      el("div.sb", button(say("wants_it"), "F6", () => till.member.answer("accepted")), button(say("wants_it_not"), "F7", () => till.member.answer("declined"))))] : [];
  };
  /* Of a staff discount what is left this month, with this basket. */
  const quotas = () => {
    if (!till.basket.quoted()) return [];
    const { quotas: all, applied } = till.basket.now.quote;
    const takes = new Map(applied.map((one) => [one.offer, till.fen(one.off)]));
    return all.map((one) => [say("quota_left", { name: one.name }), till.shown(till.fen(one.left) - (takes.get(one.offer) || 0))]);
  };
  /* What the sale will be given beside the price. */
  const given = ({ points, coupons, gifts, delivery }) => [
    points ? till.pointsSaid("benefit_points", points) : "", delivery ? say("benefit_delivery") : "",
    coupons ? say("benefit_coupons", { count: coupons.reduce((sum, one) => sum + one.count, 0) }) : "",
    ...(gifts || []).map((one) => say("gift", { gift: till.shelf.find(one.sku)?.goods.name || one.sku, pieces: one.pieces })),
  ].filter(Boolean).join(say("comma"));
  const beside = () => (till.basket.quoted() ? till.basket.now.quote.benefits.slice(0, 4).map((one) => [one.name || one.offer, given(one.given)]) : []);
  const calculated = () => {
    const lines = till.basket.reckoned(), before = lines.reduce((sum, one) => sum + one.before, 0);
    const rows = [[say("before_offers"), till.shown(before)]];
    if (till.basket.quoted()) for (const one of till.basket.now.quote.applied) rows.push([one.name, till.shown(-till.fen(one.off))]);
    const shown = [...rows.slice(0, 7), ...beside(), ...quotas()];
    return shown.flatMap(([name, amount]) => [el("dt", { "data-text": true }, name), el("dd", amount)]);
  };

  till.draws(() => {
    const now = till.basket.now;
    if (!now) return;
    $("member").replaceChildren(...member());
    $("prompts").replaceChildren(...prompt());
    const shown = coupons();
    $("coupons-block").hidden = !shown.length;
    $("coupons").replaceChildren(...shown.map(coupon));
    till.shownCoupons = shown;
    $("calc").replaceChildren(...calculated());
    const total = till.basket.total(), quote = till.basket.quoted() ? now.quote : null;
    const saved = quote ? till.fen(quote.total_before) - till.fen(quote.total) : 0;
    $("pay-note").textContent = !now.lines.length ? "" : !quote ? say(till.line.away ? "shelf_prices" : "pricing")
      : [saved ? say("saved", { amount: till.shown(saved) }) : "", now.member ? till.pointsSaid("earns", quote.points) : ""].filter(Boolean).join(say("comma"));
    $("total").textContent = till.shown(total);
    $("pay-open").disabled = $("pay-cash").disabled = $("hold").disabled = !now.lines.length;
    const trouble = now.trouble;
    $("trouble").hidden = !trouble;
    if (trouble) $("trouble-text").replaceChildren(el("b", trouble.message), " ", trouble.next_step || "");
    $("proof").textContent = !quote ? "" : quote.optimal ? say("proven") : say("not_proven", { amount: quote.at_most_better });
    $("undo").hidden = !till.basket.undoable;
  });
  $("pay-open").addEventListener("click", () => till.paying.open());
  $("pay-cash").addEventListener("click", () => till.paying.open("cash"));
})();

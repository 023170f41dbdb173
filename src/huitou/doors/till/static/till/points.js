/* Points that pay: how many this basket takes, what they are worth, and that they are promised to it. */
(() => {
  "use strict";
  const { say } = till;
  const HELD_MS = 14 * 60_000; // the server frees them after a quarter of an hour
  const CODE_SPENT = ["code_spent", "member_code_unknown", "spending_needs_code", "code_needs_server"];

  const rule = () => (till.basket.quoted() ? till.basket.now.quote.points_payment : null);
  const most = () => rule()?.most_points || 0;
  const worth = (points) => Math.floor((points * till.fen(rule().worth)) / rule().points);
  const fitting = (points) => points >= rule().least && points % rule().step === 0;
  /* The most that fits what is left to pay. */
  const fits = (rest) => {
    const { points, worth: each, step, least } = rule();
    const found = Math.min(most(), Math.floor(Math.floor((rest * points) / till.fen(each)) / step) * step);
    return found >= least ? found : 0;
  };
  const says = (text) => {
    const points = Number(text.trim());
    return Number.isInteger(points) && points > 0 ? say("points_are_worth", { amount: till.shown(worth(points)) }) : "";
  };
  const held = () => till.basket.now.heldPoints || 0;

  /* Promise so many points to this basket; null, or why not. Whoever spends points shows the code of their phone: the one
     that was shown, while it has not paid, or else a new one. */
  const secure = async (points) => {
    const now = till.basket.now, addressed = () => `/baskets/${encodeURIComponent(till.basket.key())}/hold`;
    if (held() >= points && Date.now() - now.heldAt < HELD_MS) return null;
    if (held()) { // a basket promises one number of points
      await till.line.call("DELETE", addressed());
      Object.assign(now, { heldPoints: 0, holds: [], round: now.round + 1 });
    }
    const address = addressed();
    const coupons = till.coupons.usedOf(now.quote);
    const hold = (code) => till.line.call("PUT", address, { store: till.own.store, till: till.own.till, points, coupons, member: code });
    let answer = now.member.code && !now.holds.length ? await hold(now.member.code) : null;
    if (!answer || CODE_SPENT.includes(answer.refused?.code)) {
      const said = await till.askText(say("points_code"), say("points_code_how"));
      if (!said) return { message: say("points_code_missing"), next_step: "" };
      answer = await hold({ kind: "code", value: said.trim() });
    }
    if (now !== till.basket.now) return { message: say("points_code_missing"), next_step: "" };
    if (answer.told && answer.told.member !== now.member.number) {
      till.line.call("DELETE", address);
      now.round++;
      return { message: say("points_code_of_another"), next_step: "" };
    }
    if (answer.told) {
      Object.assign(now, { heldPoints: points, heldAt: Date.now(), holds: coupons });
      till.basket.keep();
      return null;
    }
    return answer.refused || { message: say("away_points"), next_step: say("away_points_next") };
  };
  till.points = {
    most, worth, fits, fitting, says, held, secure,
    rule: (least) => say("points_rule", { least: till.count(rule().least), step: till.count(rule().step), most: till.count(least) }),
  };
})();

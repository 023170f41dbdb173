/* What the cashier may say: of the member's own coupons and points, and what goods in the basket set off. One at a time. */
(() => {
  "use strict";
  /* It stays until it is answered, or is no longer meant: what comes meanwhile waits behind it, for whoever presses a key
     has read what stood there. */
  const shown = () => {
    const now = till.basket.now;
    const all = [...(now.member?.prompts || []), ...(now.quote?.prompts || [])].filter((one) => !now.answered.includes(one.prompt));
    const one = all.find((other) => other.prompt === now.saying) || all[0] || null;
    now.saying = one ? one.prompt : null;
    return one;
  };
  till.prompts = { shown };
})();

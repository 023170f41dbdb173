/* The receipt: on the screen, on 80 mm of paper, or as the PDF that the browser's own print dialogue writes. */
(() => {
  "use strict";
  const { el, say, $ } = till;
  const PX_PER_MM = 96 / 25.4;
  let shown = null;

  const QUIET = 2;
  const code = (text) => {
    const drawn = window.qrcode(0, "M"), NS = "http://www.w3.org/2000/svg";
    drawn.addData(text, "Byte");
    drawn.make();
    const size = drawn.getModuleCount(), picture = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
    let steps = "";
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (drawn.isDark(y, x)) steps += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    picture.setAttribute("viewBox", `0 0 ${size + 2 * QUIET} ${size + 2 * QUIET}`);
    picture.setAttribute("class", "code");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", text);
    picture.dataset.code = text;
    path.setAttribute("d", steps);
    picture.append(path);
    return picture;
  };

  /* What the QR says: the receipt's whole name, so that any till of the chain finds it again. */
  const nameOf = (slip) => `HUITOU/${slip.store}/${slip.till}/${slip.day || till.day(slip.at)}/${slip.number}`;

  const pair = (left, right, more = "") => el(`div.pr2${more}`, el("span", left), el("span.num", right));
  /* Of a line who took what off it; where nobody is named, the sum alone. */
  const offs = (one, named) => (one.takings?.length
    ? one.takings.map((taking) => pair(`　${named.get(taking.offer) || taking.offer}`, till.shown(-till.fen(taking.off))))
    : one.before === one.amount ? [] : [pair(`　${say("discount")}`, till.shown(one.amount - one.before))]);
  const line = (one, named) => [
    el("div.it", one.name),
    pair(`${one.weighed ? `${till.kilos(one.milli)} kg` : till.pieces(one.milli)}${one.price === null || one.price === undefined ? "" : ` × ${till.shown(one.price)}`}`, till.shown(one.before)),
    ...offs(one, named),
  ];
  /* What offers gave beside the price, as the recording says it: points apart, what is handed out, and coupons for next time. */
  const named = (sku) => till.shelf.find(sku)?.goods.name || sku;
  const gifts = (given, word) => (given.gifts || []).map((one) => el("div.it", say(word, { gift: named(one.sku), pieces: one.pieces })));
  const coupon = (one) => [
    el("hr"),
    el("div.ct", el("b", one.title), one.terms ? el("div", one.terms) : null, code(one.coupon), el("b", one.coupon),
      el("div.f11", !one.last_day ? say("coupon_for_ever") : one.first_day > till.day(till.clock()) ? say("coupon_from", { first: one.first_day, last: one.last_day }) : say("coupon_until", { day: one.last_day })),
      el("div.f11", say(one.personal ? "coupon_of_member" : "coupon_of_bearer"))),
  ];
  const bonus = (slip) => (slip.benefits || []).filter((one) => one.given.points).map((one) => pair(`　${one.name || one.offer}`, `+${till.count(one.given.points)}`));
  const brought = (slip) => {
    const all = slip.benefits || [], coupons = slip.coupons || [];
    const follows = slip.told === "kept" && all.some((one) => one.given.coupons);
    return [
      ...all.flatMap((one) => gifts(one.given, "gift")),
      ...all.filter((one) => one.given.delivery).map((one) => el("div.it", one.name || say("benefit_delivery"))),
      ...(slip.notGiven || []).map((one) => el("div.it", say("not_given", { name: one.name || one.offer }))),
      ...coupons.flatMap(coupon),
      ...(coupons.length ? [el("hr")] : []), // else its code stands beside that of the receipt as one of two
      ...(follows ? [el("p.ct", say("coupon_follows"))] : []),
    ];
  };
  const ended = (slip) => [
    ...(slip.gone || []).flatMap((one) => gifts(one.given, "gift_back")),
    ...(slip.void || []).map((code, at) => pair(at ? "" : say("coupons_void"), code)),
  ];
  const paper = (slip) => {
    const back = slip.kind === "return", named = new Map((slip.applied || []).map((one) => [one.offer, one.name])), given = slip.tenders.reduce((sum, one) => sum + (one.given ?? one.amount), 0);
    return [
      el("div.hd", el("b", till.begin.chain), el("div", slip.storeName), el("div", say(back ? "return_slip" : "receipt"))),
      pair(`${say("till_name")} ${slip.till}`, slip.number),
      pair(till.moment(slip.at), slip.cashier),
      ...(slip.of ? [pair(say("of_receipt"), slip.of)] : []),
      el("hr"), ...slip.lines.flatMap((one) => line(one, named)), el("hr"),
      pair(say(back ? "paid_back" : "to_pay"), `${till.begin.sign}${till.shown(slip.total)}`, ".big"),
      ...slip.tenders.map((one) => pair(`${say(`tender_${one.kind}`)}${one.points ? `　${till.pointsSaid("points", one.points)}` : ""}`, till.shown(one.given ?? one.amount))),
      ...(given > slip.total && !back ? [pair(say("change"), till.shown(given - slip.total))] : []),
      ...(slip.member ? [el("hr"), pair(say("member"), `${slip.member.name} ${slip.member.phone || ""}`)] : []),
      ...(slip.points ? [pair(say(back ? "points_back" : "points_earned"), till.count(back ? -slip.points.moved : slip.points.moved)), ...bonus(slip), pair(say("balance"), till.count(slip.points.balance))] : []),
      ...(back ? ended(slip) : brought(slip)),
      ...(slip.quoted === false ? [el("p.ct", say("at_shelf_prices"))] : []),
      ...(back ? [] : [el("div.ct", code(nameOf(slip)), el("div.f11", slip.claim ? say("scan_to_claim_or_return") : say("scan_to_return")))]),
      ...(slip.claim ? [el("div.ct", code(slip.claim), el("div.f11", say("scan_to_claim")))] : []),
      el("p.ct", say("thanks")),
    ];
  };

  /* What the cashier hands over or takes before the next customer: it stands in the open, the paper may be long. */
  const byHand = (slip) => (slip.kind === "return"
    ? (slip.gone || []).flatMap((one) => gifts(one.given, "gift_back"))
    : [...(slip.benefits || []).flatMap((one) => gifts(one.given, "gift")), ...(slip.notGiven || []).map((one) => el("div", say("not_given", { name: one.name || one.offer })))]);
  const show = (slip) => {
    shown = slip;
    $("slip-hand").replaceChildren(...byHand(slip));
    $("slip-paper").replaceChildren(...paper(slip));
    const change = slip.tenders.reduce((sum, one) => sum + (one.given ?? one.amount), 0) - slip.total;
    $("slip-change").textContent = slip.kind === "sale" && change > 0 ? say("change_back", { amount: till.shown(change) }) : "";
    $("slip-state").textContent = slip.told === "kept" ? say("kept_here") : slip.told ? say("recorded") : till.line.away ? say("kept_here") : say("sending");
    if (!$("slip").open) $("slip").showModal();
    $("slip-on").focus();
  };
  /* What the server said of it, as soon as it did. */
  const told = async (number, said) => {
    const slip = await till.kept.one("slips", number);
    if (!slip) return;
    slip.told = said.offline ? "kept" : said.status === "quarantined" ? "quarantined" : "recorded";
    if (said.balance !== null && said.balance !== undefined) slip.points = { moved: slip.kind === "sale" ? said.points_earned : -said.points_taken_back, balance: said.balance };
    slip.day = said.business_date || slip.day; // the store's own rule; until then the date of the clock
    slip.claim = said.claim_code || null;
    slip.benefits = said.benefits || [];
    slip.coupons = said.coupons_given || [];
    slip.notGiven = said.benefits_not_given || [];
    slip.void = said.coupons_void || [];
    slip.gone = said.benefits_gone || [];
    await till.kept.put("slips", slip);
    if (shown?.number === number && $("slip").open) show(slip);
  };
  const last = async () => {
    const all = (await till.kept.all("slips")).sort((a, b) => (a.at < b.at ? 1 : -1));
    if (!all.length) return till.tell({ message: say("no_receipt_yet"), next_step: "" });
    till.choose(say("last_receipts"), all.slice(0, 12).map((slip) => ({
      text: `${till.time(slip.at)}　${slip.number}`, small: `${slip.kind === "return" ? say("return_slip") : ""}　${till.shown(slip.total)}${slip.told ? "" : `　${say("not_sent_yet")}`}`, take: () => show(slip),
    })));
  };
  /* Slips are of use for a while; the books are the server's. */
  const KEPT = 200;
  const tidy = async () => {
    const all = (await till.kept.all("slips")).filter((one) => one.told).sort((a, b) => (a.at < b.at ? 1 : -1));
    for (const slip of all.slice(KEPT)) await till.kept.drop("slips", slip.number);
  };

  /* The page is as long as the receipt: a roll has no pages. */
  let rule = -1;
  const print = () => {
    $("paper").replaceChildren(...[...$("slip-paper").childNodes].map((node) => node.cloneNode(true)));
    const sheet = [...document.styleSheets].find((one) => one.href?.includes("/till."));
    const long = Math.max(60, Math.ceil($("slip-paper").scrollHeight / PX_PER_MM) + 8);
    if (rule >= 0) sheet.deleteRule(rule);
    rule = sheet.insertRule(`@page { size: 80mm ${long}mm; margin: 0; }`, sheet.cssRules.length);
    window.print();
    if ($("slip").open) $("slip-on").focus(); // Enter is for the next customer
  };
  $("slip-print").addEventListener("click", print);
  $("slip-on").addEventListener("click", () => $("slip").close());
  $("receipts-open").addEventListener("click", last);
  till.slip = { show, told, last, tidy, nameOf, print };
})();

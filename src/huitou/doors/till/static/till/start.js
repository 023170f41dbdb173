/* Which till this is, what the page tells and asks, and the beginning of it all. */
(() => {
  "use strict";
  const { el, say, $, begin } = till;
  const RENEW_MS = 15 * 60 * 1000, SEND_MS = 30 * 1000;

  const clock = new Intl.DateTimeFormat(begin.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: begin.zone });
  const whole = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: begin.zone });
  till.time = (at) => clock.format(new Date(at));
  till.moment = (at) => whole.format(new Date(at));
  const days = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: begin.zone });
  till.day = (at) => days.format(new Date(at));
  /* The time with this machine's offset, as the API takes it: the server's where the two are far apart. */
  till.clock = () => {
    const now = new Date(Date.now() - till.line.off), offset = -now.getTimezoneOffset(), two = (value) => String(Math.floor(Math.abs(value))).padStart(2, "0");
    const here = new Date(now.getTime() + offset * 60_000).toISOString().slice(0, 19);
    return `${here}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
  };

  till.tell = ({ message, next_step }) => {
    $("tell-text").replaceChildren(el("b", message), el("p", next_step || ""));
    if (!$("tell").open) $("tell").showModal();
  };
  till.choose = (title, all, note = "") => {
    $("choose-title").textContent = title;
    $("choose-note").textContent = note;
    $("choose-list").replaceChildren(...all.map((one) => el("li", el("button", { type: "button", onclick: () => { $("choose").close(); one.take(); } }, el("b", { "data-text": true }, one.text), el("span.mut", { "data-text": true }, one.small)))));
    $("choose").showModal();
  };
  let asked = null;
  till.askText = (title, label, empty = "", value = "") => new Promise((done) => {
    asked = done;
    $("ask-title").textContent = title;
    $("ask-label").textContent = label;
    $("ask-empty").textContent = empty;
    $("ask-field").value = value;
    $("ask").showModal();
    $("ask-field").select();
  });
  till.ask = async (title, label, value) => {
    const said = await till.askText(title, label, "", value);
    if (said === null || said === "") return null;
    const milli = till.milli(said);
    if (milli !== null && milli > 0 && milli <= 999_999_000) return milli;
    till.tell({ message: say("amount_unread"), next_step: "" });
    return null;
  };
  $("ask-form").addEventListener("submit", (e) => { e.preventDefault(); const done = asked; asked = null; $("ask").close(); done?.($("ask-field").value.trim()); });
  $("ask").addEventListener("close", () => { asked?.(null); asked = null; });
  for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", () => $("scan").focus());
  for (const close of document.querySelectorAll("[data-close]")) close.addEventListener("click", () => close.closest("dialog").close());

  till.draws(() => {
    const waiting = till.queue.waiting().length, refused = till.queue.refused(), line = till.line;
    const waits = waiting + line.kept;
    $("state").dataset.state = line.away || line.alone ? "away" : "online";
    $("state-text").textContent = line.away || line.alone ? say("offline") : till.shelf.at ? say("online", { time: till.time(till.shelf.at) }) : say("online_bare");
    $("banner").hidden = !line.away && !line.alone && !line.off && !waits && !refused.length;
    const text = [];
    if (line.loggedOut) text.push(say("logged_out"));
    else if (line.away) text.push(say("away"));
    else if (line.alone) text.push(say("alone"));
    if (line.off) text.push(say("clock_off", { minutes: Math.round(Math.abs(line.off) / 60_000) }));
    if (waits) text.push(say("waiting", { count: waits }));
    if (refused.length) text.push(say("refused_count", { count: refused.length }));
    $("banner-text").textContent = text.join(begin.language.startsWith("zh") ? "" : " "); // 。 brings its own room along
    $("banner-login").hidden = !line.loggedOut;
    $("banner-refused").hidden = !refused.length;
    const now = till.basket.now;
    $("number").textContent = now?.number || "";
  });
  $("banner-login").href = begin.login;
  $("banner-refused").addEventListener("click", () => till.choose(say("refused_sales"), till.queue.refused().map((row) => ({
    text: row.body.number, small: row.refused.message, take: () => till.queue.again(row),
  }))));

  $("process").addEventListener("click", async () => {
    $("more").hidePopover();
    const said = await till.askText(say("process"), say("process_port"), say("process_how"), till.own.process || "");
    if (said === null) return;
    if (said && !(/^\d{2,5}$/.test(said) && Number(said) < 65_536)) return till.tell({ message: say("process_unread"), next_step: "" });
    till.own = { ...till.own, process: said };
    await till.kept.set("own", till.own);
    if (said && !(await till.line.reach())) till.tell({ message: say("process_silent"), next_step: say("process_silent_next") });
    till.basket.touched();
  });

  $("theme").addEventListener("click", () => {
    const dark = document.documentElement.getAttribute("data-bs-theme") === "light";
    document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
    try { localStorage.setItem("huitou-theme", dark ? "dark" : "light"); } catch { /* private windows may refuse storage */ }
  });

  const storeName = (code) => begin.stores.find((one) => one.code === code)?.name || code;
  till.storeName = storeName;
  const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const tag = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => SYMBOLS[byte % 32]).join("");

  const opened = async () => {
    document.body.dataset.ready = "opening";
    $("setup").hidden = true;
    $("desk").hidden = false;
    $("place").textContent = say("place", { store: storeName(till.own.store), till: till.own.till });
    const kept = await till.kept.get("basket");
    till.basket.begin();
    await till.queue.read();
    await till.held.read();
    // It was sold already, and the page went down before the belt was empty.
    const sold = kept?.number && (await till.kept.one("slips", kept.number));
    if (kept?.lines.length && !sold) till.basket.take(kept);
    till.changed();
    $("scan").focus();
    await till.shelf.load();
    till.slip.tidy();
    till.queue.send();
    till.member.tell();
    setInterval(() => { if (!till.line.away) till.shelf.renew().then(till.changed); }, RENEW_MS);
    setInterval(() => { if (!till.line.away && till.queue.waiting().length) till.queue.send(); }, SEND_MS);
    till.changed();
    document.body.dataset.ready = "open";
  };

  const begun = async () => {
    setInterval(() => { $("clock").textContent = till.time(Date.now()); }, 1000);
    const own = await till.kept.get("own");
    if (own && begin.stores.some((one) => one.code === own.store)) {
      till.own = own;
      return opened();
    }
    $("setup").hidden = false;
    $("desk").hidden = true;
    $("setup-store").replaceChildren(...begin.stores.map((one) => el("option", { value: one.code }, one.name)));
    $("setup-form").addEventListener("submit", async (e) => {
      e.preventDefault();
      till.own = { store: $("setup-store").value, till: $("setup-till").value.trim(), tag: own?.tag || tag() };
      await till.kept.set("own", till.own);
      opened();
    }, { once: true });
  };

  if (navigator.serviceWorker && window.isSecureContext) navigator.serviceWorker.register(begin.worker, { scope: "/till/" }).catch(() => {});
  navigator.storage?.persist?.();
  /* One page sells on this machine: two would write over each other's basket. */
  if (navigator.locks) navigator.locks.request("huitou-till", { ifAvailable: true }, (lock) => {
    if (!lock) { $("setup").hidden = true; $("desk").hidden = true; $("elsewhere").hidden = false; return undefined; }
    return begun().then(() => new Promise(() => {}));
  });
  else begun();
})();

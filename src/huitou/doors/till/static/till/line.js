/* The line to the server: the same calls that every till system makes, with a pass in place of a key. `away` is what a
   cashier must know: nobody answers, and what is sold is kept here. */
(() => {
  "use strict";
  const SECONDS = 5, AGAIN_MS = 3000;
  /* `patience`: seconds after which nobody has answered. */
  const line = { away: false, loggedOut: false, patience: SECONDS };
  let pass = null, looking = 0;

  const ask = async (address, given, seconds) => {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), Math.max(seconds, line.patience) * 1000);
    try {
      return await fetch(address, { ...given, signal: stop.signal, cache: "no-store", redirect: "error" });
    } catch {
      return null;
    } finally {
      clearTimeout(clock);
    }
  };

  const newPass = async () => {
    const answer = await ask(`${till.begin.pass}?store=${encodeURIComponent(till.own.store)}`, {}, SECONDS);
    if (!answer || answer.status >= 500) return false;
    line.loggedOut = !answer.ok;
    pass = answer.ok ? (await answer.json()).key : null;
    return answer.ok;
  };

  const send = (method, path, body, seconds, type) =>
    ask(till.begin.api + path, {
      method,
      headers: { Authorization: `Bearer ${pass}`, "Accept-Language": till.begin.language, "Content-Type": type },
      body: body === null ? undefined : type === "application/json" ? JSON.stringify(body) : body,
    }, seconds);

  /* { told } where it worked, { refused } with the problem where it was refused, { away: true } where nobody answered. */
  line.call = async (method, path, body = null, { seconds = SECONDS, type = "application/json" } = {}) => {
    if (!pass && !(await newPass())) return lost();
    let answer = await send(method, path, body, seconds, type);
    if (answer?.status === 401 && (await newPass())) answer = await send(method, path, body, seconds, type);
    if (!answer || answer.status >= 500 || answer.status === 401) return lost();
    try {
      const told = type === "application/json" ? await answer.json() : await answer.text();
      found();
      return answer.ok ? { told } : { refused: typeof told === "string" ? JSON.parse(told) : told };
    } catch {
      return lost(); // the answer broke off
    }
  };

  const lost = () => {
    const news = !line.away;
    line.away = true;
    if (!looking) looking = setInterval(look, AGAIN_MS);
    if (news) till.changed();
    return { away: true };
  };
  const found = () => {
    const news = line.away;
    line.away = line.loggedOut = false;
    clearInterval(looking);
    looking = 0;
    if (news) { till.changed(); document.dispatchEvent(new CustomEvent("till:back")); }
  };
  const look = async () => {
    const answer = await ask(`${till.begin.api}/health`, {}, SECONDS);
    if (answer?.ok && (await newPass())) found();
    else if (line.loggedOut) till.changed();
  };
  window.addEventListener("online", () => { if (line.away) look(); });
  window.addEventListener("offline", lost);
  till.line = line;
})();

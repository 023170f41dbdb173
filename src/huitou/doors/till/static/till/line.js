/* The line to the server: the same calls that every till system makes, with a pass in place of a key. Where the store has
   a process of its own on this machine (`huitou till --offline`), every call goes there first. `away` is what a cashier
   must know: nobody answers, and what is sold is kept here; `alone`: the store's process answers in the server's place. */
(() => {
  "use strict";
  const SECONDS = 5, AGAIN_MS = 3000;
  /* `patience`: seconds after which nobody has answered. */
  const line = { away: false, alone: false, kept: 0, off: 0, loggedOut: false, patience: SECONDS };
  const CLOCK_MS = 5 * 60_000, RECORDS = ["/receipts", "/returns"], NOBODY = ["server_away", "bundle_missing"];
  let pass = null, looking = 0, watching = 0;

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

  /* ---- the store's own process */

  const process = () => (till.own?.process ? `http://127.0.0.1:${till.own.process}/api/v1` : "");
  /* Whether it answers, and sells for this store. */
  line.reach = async () => {
    const answer = process() && (await ask(`${process()}/till`, {}, SECONDS));
    if (!answer || !answer.ok) return false;
    const status = await answer.json();
    line.kept = status.waiting;
    if (line.kept) watch();
    return status.store === till.own.store;
  };
  /* As `call`; null where it does not answer. */
  const byProcess = async (method, path, body, seconds, type) => {
    const answer = await ask(process() + path, {
      method,
      headers: { "Accept-Language": till.begin.language, "Content-Type": type },
      body: body === null ? undefined : type === "application/json" ? JSON.stringify(body) : body,
    }, seconds);
    if (!answer) return null;
    try {
      const told = await answer.text();
      noteClock(1000 * Number(answer.headers.get("X-Huitou-Clock-Off") || 0));
      const problem = answer.ok ? null : JSON.parse(told);
      if (problem && NOBODY.includes(problem.code)) { stands(true); return path === "/baskets/price" ? lost() : { away: true }; }
      // Sales and returns queue behind those that wait there, also while the server answers everything else.
      stands(RECORDS.includes(path) ? line.alone : answer.headers.get("X-Huitou-Answered-By") === "till");
      found();
      return problem ? { refused: problem } : { told: type === "application/json" ? JSON.parse(told) : told };
    } catch {
      return null;
    }
  };
  const stands = (alone) => {
    const back = line.alone && !alone, news = line.alone !== alone;
    line.alone = alone;
    if (alone) watch();
    if (news) till.changed();
    if (back) document.dispatchEvent(new CustomEvent("till:back"));
  };
  const watch = () => { watching ||= setInterval(watched, AGAIN_MS); };
  const watched = async () => {
    await line.reach();
    if (line.alone && (await ask(`${process()}/health`, {}, SECONDS))?.ok) stands(false);
    if (!line.alone && !line.kept) { clearInterval(watching); watching = 0; }
    till.changed();
  };
  /* By how many milliseconds this machine's clock is ahead of the server's; small differences are none. */
  const noteClock = (ms) => {
    const off = Math.abs(ms) > CLOCK_MS ? ms : 0;
    if (Math.abs(off - line.off) > CLOCK_MS) { line.off = off; till.changed(); }
  };

  /* { told } where it worked, { refused } with the problem where it was refused, { away: true } where nobody answered.
     `by`: the one of `process` and `server` that alone may be asked. */
  line.call = async (method, path, body = null, { seconds = SECONDS, type = "application/json", by = null } = {}) => {
    if (by === "process" && !process()) return { away: true };
    if (process() && by !== "server") {
      const answer = await byProcess(method, path, body, seconds, type);
      if (answer || by === "process") return answer || { away: true };
    }
    if (!pass && !(await newPass())) return lost();
    let answer = await send(method, path, body, seconds, type);
    if (answer?.status === 401 && (await newPass())) answer = await send(method, path, body, seconds, type);
    if (!answer || answer.status >= 500 || answer.status === 401) return lost();
    try {
      const told = type === "application/json" ? await answer.json() : await answer.text();
      noteClock(Date.now() - Date.parse(answer.headers.get("Date")) || 0);
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

/* A file goes up in pieces, each with its place and checksum. A lost connection is waited for; after a reload the same
   file is chosen again and goes on where it was. Works by drop, by the file picker and by keyboard. */
(function () {
  "use strict";
  const root = document.querySelector("[data-upload]");
  if (!root) return;
  const words = JSON.parse(document.getElementById("upload-words").textContent);
  const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const picker = root.querySelector("input[type=file]");
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const SMALLEST = 256 * 1024, LARGEST = Number(root.dataset.pieceBytes), PATIENCE_MS = 60000, QUICK_MS = 700, SLOW_MS = 4000;
  const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15000];

  const TABLE = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    TABLE[n] = c;
  }
  function crc32(bytes, before) {
    let c = ~before;
    for (let i = 0; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8);
    return ~c >>> 0;
  }
  const hex = (number) => number.toString(16).padStart(8, "0");

  class Refused extends Error {
    constructor(said, status) { super(said.code); this.said = said; this.status = status; }
  }
  class Lost extends Error {}

  /* An answer of ours, or Refused with what to do next, or Lost where nobody answered. */
  async function ask(address, options) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    let response;
    try {
      response = await fetch(address, { ...options, signal: patience.signal, headers: { Accept: "application/json", "X-CSRFToken": token, ...(options || {}).headers } });
    } catch (failed) {
      throw new Lost();
    } finally {
      clearTimeout(timer);
    }
    if ([502, 503, 504].includes(response.status)) throw new Lost();
    const said = await response.json().catch(() => null);
    if (!response.ok || !said) throw new Refused(said || words.unknown, response.status);
    return said;
  }

  let file = null, running = 0;

  function show(state) {
    root.dataset.state = state;
    part("idle").hidden = state !== "idle";
    part("sending").hidden = state === "idle";
    part("wait").hidden = state !== "lost";
    if (state !== "refused") part("refused").hidden = true;
  }
  const size = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  let spoken = "";
  function speak(text) {
    if (text !== spoken) part("spoken").textContent = spoken = text;
  }
  function progress(received, whole) {
    const share = whole ? Math.floor((received / whole) * 100) : 0;
    part("bar").max = whole;
    part("bar").value = received;
    part("share").textContent = `${share}%`;
    part("amount").textContent = words.amount.replace("{received}", size(received)).replace("{size}", size(whole));
    speak(words.spoken.replace("{share}", String(share - (share % 25))));
  }
  function refuse(error) {
    const said = error instanceof Refused ? error.said : error instanceof DOMException ? words.unreadable : words.unknown;
    part("message").textContent = said.message;
    part("next").textContent = said.next_step;
    part("code").textContent = said.code;
    show("refused");
    part("refused").hidden = false;
    part("sending").hidden = true;
    part("idle").hidden = false;
  }

  async function checksum_of(length) {
    let crc = 0;
    for (let at = 0; at < length; at += LARGEST) crc = crc32(new Uint8Array(await file.slice(at, Math.min(length, at + LARGEST)).arrayBuffer()), crc);
    return hex(crc);
  }
  const pause = (ms) => new Promise((resolve) => {
    const wake = () => { clearTimeout(timer); removeEventListener("online", wake); resolve(); };
    const timer = setTimeout(wake, ms);
    addEventListener("online", wake);
  });
  /* Again and again until somebody answers; the answer of one who refuses is final. */
  async function patiently(turn, act) {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await act();
        if (turn === running) show("sending");
        return answer;
      } catch (error) {
        if (!(error instanceof Lost) || turn !== running) throw error;
        show("lost");
        speak(words.lost);
        await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
      }
    }
  }
  function begin() {
    const asked = new URLSearchParams({ name: file.name, size: String(file.size), mark: `${file.name}|${file.size}|${file.lastModified}` });
    return ask(root.dataset.begin, { method: "POST", body: asked });
  }

  async function send(turn) {
    let here = await patiently(turn, begin);
    if (here.received && here.crc32 !== await checksum_of(here.received)) {
      await patiently(turn, () => ask(here.away, { method: "POST" }));
      here = await patiently(turn, begin);
    }
    history.replaceState(null, "", here.page);
    progress(here.received, here.size);
    let length = SMALLEST, damaged = 0;
    while (!here.whole && turn === running) {
      const bytes = new Uint8Array(await file.slice(here.received, here.received + length).arrayBuffer());
      const began = performance.now();
      try {
        here = await ask(here.pieces, { method: "POST", body: bytes, headers: { "Content-Type": "application/octet-stream", "X-Piece-Offset": String(here.received), "X-Piece-Crc32": hex(crc32(bytes, 0)) } });
        const took = performance.now() - began;
        if (took < QUICK_MS) length = Math.min(LARGEST, length * 2);
        else if (took > SLOW_MS) length = Math.max(SMALLEST, length / 2);
        damaged = 0;
      } catch (error) {
        const again = error instanceof Lost || error.status === 409 || (error.said && error.said.code === "piece_damaged" && ++damaged < 5);
        if (!again) throw error;
        if (error instanceof Lost) { show("lost"); speak(words.lost); await pause(PAUSES_MS[0]); }
        const place = here.pieces;
        here = await patiently(turn, () => ask(place));
      }
      if (turn === running) progress(here.received, here.size);
    }
    if (turn === running) location.assign(here.page);
  }

  function take(files) {
    if (!files || !files.length) return;
    file = files[0];
    const turn = ++running;
    part("name").textContent = file.name;
    show("sending");
    progress(0, file.size);
    send(turn).catch((error) => { if (turn === running) refuse(error); });
  }

  picker.addEventListener("change", () => { take(picker.files); picker.value = ""; });
  part("stop").addEventListener("click", () => { running++; location.assign(root.dataset.leave); });

  /* The whole page takes a file: nobody has to aim. */
  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  let over = 0;
  document.addEventListener("dragenter", (e) => { if (carries(e)) { over++; root.classList.add("over"); } });
  document.addEventListener("dragleave", (e) => { if (carries(e) && --over <= 0) root.classList.remove("over"); });
  document.addEventListener("dragover", (e) => { if (carries(e)) { e.preventDefault(); e.dataTransfer.dropEffect = "copy"; } });
  document.addEventListener("drop", (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    over = 0;
    root.classList.remove("over");
    take(e.dataTransfer.files);
  });
})();

/* What this machine keeps: settings and the price list, sales that the server has not confirmed, baskets that wait, and
   the last receipts. In IndexedDB, so that neither a reload nor a power cut loses a sale. */
(() => {
  "use strict";
  const NAME = "huitou-till", VERSION = 1;
  const opened = new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("own");
      asked.result.createObjectStore("queue", { keyPath: "place", autoIncrement: true });
      asked.result.createObjectStore("held", { keyPath: "number" });
      asked.result.createObjectStore("slips", { keyPath: "number" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  /* Done means on the disk: the promise waits for the transaction, not for the request. */
  const work = async (store, mode, ask) => {
    const database = await opened;
    return new Promise((done, failed) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const asked = ask(transaction.objectStore(store));
      transaction.oncomplete = () => done(asked.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };
  till.kept = {
    get: (key) => work("own", "readonly", (store) => store.get(key)),
    set: (key, value) => work("own", "readwrite", (store) => store.put(value, key)),
    all: (store) => work(store, "readonly", (rows) => rows.getAll()),
    one: (store, key) => work(store, "readonly", (rows) => rows.get(key)),
    put: (store, row) => work(store, "readwrite", (rows) => rows.put(row)),
    drop: (store, key) => work(store, "readwrite", (rows) => rows.delete(key)),
  };
  /* What has happened, with its receipt: both or neither, else a second try would be a second sale. */
  till.kept.sold = async (row, slip) => {
    const database = await opened;
    return new Promise((done, failed) => {
      const transaction = database.transaction(["queue", "slips"], "readwrite", { durability: "strict" });
      transaction.objectStore("queue").put(row);
      transaction.objectStore("slips").put(slip);
      transaction.oncomplete = () => done();
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };
  /* The next number, never twice: counted and written in one transaction. */
  till.kept.next = async () => {
    const database = await opened;
    return new Promise((done, failed) => {
      const transaction = database.transaction("own", "readwrite", { durability: "strict" });
      const own = transaction.objectStore("own");
      let number = 0;
      const asked = own.get("last-number");
      asked.onsuccess = () => { number = (asked.result || 0) + 1; own.put(number, "last-number"); };
      transaction.oncomplete = () => done(number);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };
})();

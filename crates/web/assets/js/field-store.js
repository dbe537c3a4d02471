// What is kept on the telephone: tasks as they were fetched, drafts, records until they have arrived.
const NAME = 'yifa-field';

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('kept');
      request.result.createObjectStore('records', { keyPath: 'record' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** One transaction; done when it is on the disk. */
async function run(store, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
    transaction.onerror = () => {};
  });
}

export const kept = (key) => run('kept', 'readonly', (store) => store.get(key));
export const keep = (key, value) => run('kept', 'readwrite', (store) => store.put(value, key));
export const drop = (key) => run('kept', 'readwrite', (store) => store.delete(key));

export const records = () => run('records', 'readonly', (store) => store.getAll());
export const putRecord = (record) => run('records', 'readwrite', (store) => store.put(record));

/** A key that no other record has, on any device. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether an error says that the telephone is full. */
export const isFull = (error) => error?.name === 'QuotaExceededError' || error?.name === 'AbortError';

/** Asks the browser not to clear what is kept; says how many megabytes are left, if it tells. */
export async function room() {
  try {
    await navigator.storage?.persist?.();
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    return quota === undefined ? null : Math.floor((quota - usage) / 1048576);
  } catch {
    return null;
  }
}

/* Files whose upload isn't finished, kept in this browser: a reload or a login in between loses none. */
(function () {
  'use strict';
  const NAME = 'switchboard-uploads';
  const ANOTHER_TABS = 10 * 60 * 1000;
  const agent = document.body.dataset.agent;
  const tab = mine();

  /* This tab, also after a reload. */
  function mine() {
    try {
      const found = sessionStorage.getItem(NAME) || Math.random().toString(36).slice(2);
      sessionStorage.setItem(NAME, found);
      return found;
    } catch (error) { return Math.random().toString(36).slice(2); }
  }

  function done(asked) {
    return new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function store(mode) {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files', { keyPath: 'id', autoIncrement: true });
    return (await done(opening)).transaction('files', mode).objectStore('files');
  }

  /* Each gives up without a word where the browser keeps nothing: the upload itself goes on. */
  async function keep(file, place) {
    try { return await done((await store('readwrite')).add({ agent, tab, place, file, name: file.name, at: Date.now() })); } catch (error) { return null; }
  }

  async function forget(id) {
    try { if (id !== null) await done((await store('readwrite')).delete(id)); } catch (error) { /* as above */ }
  }

  /* What was half-way when this page was left. Another tab's is its own business for a while. */
  async function left(place) {
    try {
      const all = await done((await store('readonly')).getAll());
      return all.filter((kept) => kept.agent === agent && kept.place === place
        && (kept.tab === tab || Date.now() - kept.at > ANOTHER_TABS));
    } catch (error) { return []; }
  }

  window.SwitchboardKept = Object.freeze({ keep, forget, left });
})();

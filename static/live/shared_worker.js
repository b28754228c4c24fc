/* One live stream for all tabs of a browser. Tabs say what they follow; the worker keeps one EventSource for all. */
'use strict';

const ports = new Map();
let source = null;
let following = '';
let cursor = '';
let state = 'connecting';
let tries = 0;
let timer = null;
// Until when the server has no place for a stream, so that this browser only polls.
let fullUntil = 0;

const union = () => [...new Set([...ports.values()].flat())].sort().join(',');
const tell = (message) => { for (const port of ports.keys()) port.postMessage(message); };

function become(next) {
  if (state === next) return;
  state = next;
  tell({ type: 'state', state });
}

function open() {
  clearTimeout(timer);
  if (source) source.close();
  source = null;
  following = union();
  if (!following || state === 'ended') return;
  source = new EventSource(`/live?topics=${following}&after=${encodeURIComponent(cursor)}`);
  source.onopen = () => { tries = 0; become('live'); };
  for (const type of ['inbox', 'feed', 'changes', 'presence', 'reload', 'nothing']) {
    source.addEventListener(type, (event) => {
      if (event.lastEventId) cursor = event.lastEventId;
      if (type !== 'nothing') tell({ type, data: JSON.parse(event.data) });
    });
  }
  source.onerror = () => {
    become(self.navigator && self.navigator.onLine === false ? 'offline' : 'reconnecting');
    // The browser connects again by itself unless the answer was not a stream: no place, logged out, server away.
    if (source && source.readyState === EventSource.CLOSED) later();
  };
}

function later() {
  clearTimeout(timer);
  tries += 1;
  const wait = Math.min(10000, 500 * 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2);
  timer = setTimeout(poll, tries === 1 ? 300 : wait);
}

/* No place in the server for a stream, or none yet: ask once for what was missed, then try to connect again. */
async function poll() {
  try {
    const answer = await fetch(`/live/poll?topics=${following}&after=${encodeURIComponent(cursor)}`,
      { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
    if (answer.status === 401) { become('ended'); return; }
    if (answer.ok) {
      deliver(await answer.json());
      become('live');
      // The server is there and yet gave no stream twice: it has no place for one.
      if (tries > 2 && Date.now() > fullUntil) fullUntil = Date.now() + 30000 + 10000 * Math.random();
    }
  } catch (error) {
    become('offline');
  }
  timer = setTimeout(Date.now() < fullUntil ? poll : open, 3000 + 500 * Math.random());
}

function deliver(missed) {
  cursor = missed.cursor;
  if (missed.reload) tell({ type: 'reload', data: missed.cursor });
  for (const type of ['inbox', 'feed', 'changes', 'presence']) if (missed[type]) tell({ type, data: missed[type] });
}

function follow(port, topics, after) {
  ports.set(port, topics);
  if (!cursor) cursor = after;
  if (state === 'ended') state = 'connecting';
  if (union() !== following || !source) open();
  port.postMessage({ type: 'state', state });
}

self.onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data.type === 'follow') follow(port, data.topics, data.after);
    if (data.type === 'leave') {
      ports.delete(port);
      if (!ports.size) open();
    }
  };
};

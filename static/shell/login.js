/* The login form of a tab goes on by itself when somebody has logged in, in another tab. */
(function () {
  'use strict';
  async function look() {
    if (document.visibilityState !== 'visible') return;
    try {
      const answer = await fetch('/session', { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
      const state = await answer.json();
      const next = document.querySelector('input[name=next]');
      if (state.over === undefined) location.replace(`/login?next=${encodeURIComponent(next ? next.value : '')}`);
    } catch (error) { /* the form is there */ }
  }

  document.addEventListener('visibilitychange', look);
  if (window.BroadcastChannel) {
    new BroadcastChannel('switchboard-session').onmessage = ({ data }) => { if (data.in) look(); };
  }
})();

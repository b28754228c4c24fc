/* Sends files one by one, two at a time, and tells how far each is. Who uses it shows that. */
(function () {
  'use strict';
  const AT_ONCE = 2;
  const waiting = [];
  let running = 0;

  const key = () => document.querySelector('meta[name="csrf-token"]').content;

  /* `tell` has: share(0–100), done(html, status), failed(code, text). Returns a function that cancels. */
  function send(path, file, { as = '1', fit = false } = {}, tell) {
    const job = { path, file, as, fit, tell, request: null, over: false };
    waiting.push(job);
    next();
    return () => cancel(job);
  }

  function cancel(job) {
    if (job.over) return;
    job.over = true;
    if (job.request) job.request.abort();
    else waiting.splice(waiting.indexOf(job), 1);
  }

  function next() {
    while (running < AT_ONCE && waiting.length) begin(waiting.shift());
  }

  function begin(job) {
    running += 1;
    const request = job.request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', job.file, job.file.name);
    if (job.fit) form.append('fit', 'on');
    request.open('POST', job.path);
    request.setRequestHeader('X-CSRFToken', key());
    request.setRequestHeader('X-Upload', job.as);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) job.tell.share(Math.floor(100 * event.loaded / event.total));
    };
    request.onload = () => answered(job, request);
    request.onerror = () => job.tell.failed('broken');
    request.onloadend = () => { job.over = true; running -= 1; next(); };
    request.send(form);
  }

  function answered(job, request) {
    const fresh = request.getResponseHeader('X-CSRFToken');
    if (fresh) document.querySelector('meta[name="csrf-token"]').content = fresh;
    const page = (request.getResponseHeader('Content-Type') || '').startsWith('text/html');
    if (page && (request.status === 200 || request.status === 422)) job.tell.done(request.responseText, request.status);
    else if (request.status === 401) job.tell.failed('logged-out');
    else job.tell.failed('failed', page ? '' : request.responseText);
  }

  /* A folder that is dropped among files is none. */
  function filesOf(transfer) {
    const items = [...(transfer.items || [])].filter((item) => item.kind === 'file');
    const folders = items.map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter((entry) => entry && entry.isDirectory);
    const names = new Set(folders.map((entry) => entry.name));
    return [...transfer.files].filter((file) => !names.has(file.name) || file.type);
  }

  const isBusy = () => running > 0 || waiting.length > 0;
  const size = (bytes) => (bytes < 999500 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

  window.SwitchboardUploads = Object.freeze({ send, filesOf, isBusy, size });
})();

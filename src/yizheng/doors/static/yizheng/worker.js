/* What the phone keeps, so that the next visit is quick and a lost line is told in plain words. Only what is the same
   for everybody is kept: a page about a person is never put away. Served as /sw.js with its version filled in. */
'use strict';
var KEEP = 'yizheng-@VERSION@';
var OFFLINE = '/offline/';
var FIRST = [OFFLINE, "@KEPT@"];

self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(KEEP).then(function (kept) {
    return kept.addAll(FIRST.map(function (address) { return new Request(address, { credentials: 'same-origin' }); }));
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== KEEP; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

function keep(request, answer) {
  if (answer.ok && answer.status === 200) {
    var copy = answer.clone();
    caches.open(KEEP).then(function (kept) { return kept.put(request, copy); }).catch(function () {});
  }
  return answer;
}

/* Files that carry their version in their name, and recordings: the copy first. */
function copyFirst(request) {
  return caches.match(request).then(function (copy) {
    return copy || fetch(request).then(function (answer) { return keep(request, answer); });
  });
}

/* Style sheets and scripts of ours: the newest, and the copy where the line is gone. */
function newestFirst(request) {
  return fetch(request).then(function (answer) { return keep(request, answer); }).catch(function () {
    return caches.match(request).then(function (copy) { return copy || Response.error(); });
  });
}

self.addEventListener('fetch', function (event) {
  var request = event.request, address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(function () {
      return caches.match(OFFLINE).then(function (copy) { return copy || Response.error(); });
    }));
  } else if (/^\/static\/(vendor|prompts)\//.test(address.pathname) && !request.headers.has('range')) {
    event.respondWith(copyFirst(request));
  } else if (/^\/static\/yizheng\//.test(address.pathname)) {
    event.respondWith(newestFirst(request));
  }
});

'use strict';

const api = '/api/v1';
const element = (id) => document.getElementById(id);
let stream = null;
let jobId = null;
let nextCursor = null;

/** Shown is only text: nothing that a program or a server wrote becomes markup. */
function say(id, text) {
  element(id).textContent = text;
}

async function call(method, path, body) {
  const answer = await fetch(api + path, {
    method,
    headers: body === undefined ? {} : {'Content-Type': 'application/json'},
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const value = await answer.json();
  if (!answer.ok) {
    throw new Error(`${value.title}: ${value.detail}`);
  }
  return value;
}

/** Whatever goes wrong is shown, and nothing else happens. */
function guarded(action) {
  return async (event) => {
    say('problem', '');
    try {
      await action(event);
    } catch (failure) {
      say('problem', failure.message);
    }
  };
}

function whole(id) {
  return element(id).value === '' ? undefined : Number(element(id).value);
}

function spec() {
  const version = element('version').value.trim();
  const args = element('args').value;
  const expected = element('expected').value;
  return {
    language: element('language').value + (version === '' ? '' : `@${version}`),
    source: element('source').value,
    stdin: element('stdin').value,
    args: args === '' ? undefined : args.replace(/\n$/, '').split('\n'),
    limits: {run_wall_ms: whole('run_wall_ms'), memory_bytes: whole('memory_bytes')},
    network: element('network').value || undefined,
    expected_output: expected === '' ? undefined : expected,
    labels: {from: 'ui'},
  };
}

function bytes(data) {
  return data.base64 === undefined
    ? new TextEncoder().encode(data.text)
    : Uint8Array.from(atob(data.base64), (c) => c.charCodeAt(0));
}

function note(text) {
  const item = document.createElement('li');
  item.textContent = text;
  element('events').append(item);
}

function follow(id) {
  if (stream !== null) {
    stream.close();
  }
  jobId = id;
  for (const name of ['stdout', 'stderr', 'compile_output', 'events', 'result', 'verdict']) {
    say(name, '');
  }
  element('compiler').hidden = true;
  say('id', id);
  say('state', '…');
  element('cancel').disabled = false;
  // One for each stream: events may end within a character.
  const decoders = {};
  stream = new EventSource(`${api}/jobs/${id}/events`);
  stream.addEventListener('state', (event) => {
    const data = JSON.parse(event.data);
    say('state', data.state);
    note(`${data.state}, attempt ${data.attempt}`);
  });
  stream.addEventListener('output', (event) => {
    const data = JSON.parse(event.data);
    decoders[data.stream] ??= new TextDecoder();
    const text = decoders[data.stream].decode(bytes(data), {stream: true});
    const compiler = data.stream.startsWith('compile_');
    if (compiler) {
      element('compiler').hidden = false;
    }
    element(compiler ? 'compile_output' : data.stream).append(text);
    note(`${data.stream}: ${bytes(data).length} bytes at ${data.offset}`);
  });
  stream.addEventListener('end', (event) => {
    stream.close();
    const job = JSON.parse(event.data);
    say('state', job.state);
    say('verdict', job.verdict + (job.result.failure ? `: ${job.result.failure}` : ''));
    say('result', JSON.stringify(job.result, null, 1));
    note('end');
    element('cancel').disabled = true;
    guarded(list)();
  });
  stream.onerror = () => note('connection lost; the browser tries again');
}

function row(job) {
  const line = document.createElement('tr');
  for (const text of [job.created_at, job.language, job.state, job.verdict ?? '']) {
    const cell = document.createElement('td');
    cell.textContent = text;
    line.append(cell);
  }
  const show = document.createElement('button');
  show.type = 'button';
  show.textContent = job.id;
  show.addEventListener('click', () => follow(job.id));
  const cell = document.createElement('td');
  cell.append(show);
  line.append(cell);
  return line;
}

async function list(more) {
  const cursor = more === true ? `&cursor=${encodeURIComponent(nextCursor)}` : '';
  const page = await call('GET', `/jobs?limit=10${cursor}`);
  const rows = page.jobs.map(row);
  if (more === true) {
    element('jobs').append(...rows);
  } else {
    element('jobs').replaceChildren(...rows);
  }
  nextCursor = page.next_cursor ?? null;
  element('more').hidden = nextCursor === null;
}

async function start() {
  const found = await call('GET', '/languages');
  for (const language of found.languages) {
    const option = document.createElement('option');
    option.value = language.name;
    option.textContent = `${language.name} ${language.version}`;
    element('language').append(option);
  }
  const node = await call('GET', '/node');
  say('node', `node ${node.id}: ${node.free_vms} of ${node.max_vms} VMs free, ${node.queued} jobs wait`);
  await list();
}

element('submit').addEventListener('submit', (event) => {
  event.preventDefault();
  guarded(async () => follow((await call('POST', '/jobs', spec())).id))();
});
element('cancel').addEventListener('click', guarded(() => call('DELETE', `/jobs/${jobId}`)));
element('refresh').addEventListener('click', guarded(() => list()));
element('more').addEventListener('click', guarded(() => list(true)));
guarded(start)();

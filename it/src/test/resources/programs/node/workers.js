const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');

if (isMainThread) {
  const worker = new Worker(__filename, { workerData: 21 });
  worker.on('message', (value) => console.log(value === 42 ? 'OK' : value));
} else {
  parentPort.postMessage(workerData * 2);
}

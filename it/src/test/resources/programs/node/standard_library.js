const { createHash } = require('crypto');
const path = require('path');

const digest = createHash('sha256').update('abc').digest('hex');
const sorted = [...new Set([3, 1, 2, 3])].sort((a, b) => a - b).join();
const known = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
console.log(digest === known && sorted === '1,2,3' && path.join('a', '..', 'b') === 'b' ? 'OK' : digest);

const { greet } = require('./greeting');

const größe = process.argv.length - 2;
console.log(greet('世界'));
console.log('arguments:', größe);
for (const argument of process.argv.slice(2)) {
  console.log('argument:', argument);
}
const input = require('fs').readFileSync(0, 'utf8');
for (const line of input.split('\n').filter((line) => line !== '')) {
  console.log('input:', line);
}

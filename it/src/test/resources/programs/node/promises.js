const later = (value) => new Promise((done) => setTimeout(() => done(value), 10));

async function main() {
  const all = await Promise.all([later(1), later(2), later(39)]);
  const sum = all.reduce((a, b) => a + b);
  console.log(sum === 42 && 2n ** 64n === 18446744073709551616n ? 'OK' : sum);
}

main();

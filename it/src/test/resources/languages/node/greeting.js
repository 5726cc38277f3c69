exports.greet = (whom) => `Grüße, ${whom}`;

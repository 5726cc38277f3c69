def greet(whom):
    return "Grüße, " + whom

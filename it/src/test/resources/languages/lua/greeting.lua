local greeting = {}

function greeting.greet(whom)
  return "Grüße, " .. whom
end

return greeting

module dev.cloude/agent

go 1.19

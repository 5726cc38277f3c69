-- Instants are microseconds since 1970-01-01T00:00Z, durations microseconds.
-- ${bytes} is the database's type for byte strings without a practical limit.

create table job (
  id varchar(36) not null primary key,
  language varchar(64) not null,
  source ${bytes} not null,
  stdin ${bytes} not null,
  state varchar(16) not null,
  attempt integer not null,
  version bigint not null,
  exit_code integer,
  stdout ${bytes},
  stderr ${bytes},
  stdout_truncated boolean not null,
  stderr_truncated boolean not null,
  timed_out boolean not null,
  failure varchar(2000),
  vm_created_micros bigint,
  agent_ready_micros bigint,
  compile_micros bigint,
  run_micros bigint,
  created_at bigint not null,
  started_at bigint,
  finished_at bigint
);

-- Claims take the oldest pending job; retention looks for old finished ones.
create index job_state_created on job (state, created_at);
create index job_finished on job (finished_at);

create table ip_lease (
  id varchar(36) not null primary key,
  network varchar(18) not null,
  address varchar(15) not null,
  job_id varchar(36) not null,
  leased_at bigint not null,
  constraint ip_lease_address unique (network, address)
);

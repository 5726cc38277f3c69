-- What a job reads and writes moves out of its row: lists and claims never touch it.
-- Documents (${bytes}) are JSON in UTF-8.

create table job_input (
  job_id varchar(36) not null primary key,
  source ${bytes},
  files ${bytes},
  stdin ${bytes} not null,
  expected_output ${bytes},
  spec ${bytes}
);

create table job_result (
  job_id varchar(36) not null primary key,
  document ${bytes},
  stdout ${bytes},
  stderr ${bytes},
  compile_stdout ${bytes},
  compile_stderr ${bytes}
);

-- Only for searching; the job's row has them, too.
create table job_label (
  job_id varchar(36) not null,
  label_name varchar(64) not null,
  label_value varchar(256) not null,
  primary key (job_id, label_name)
);
create index job_label_search on job_label (label_name, label_value, job_id);

-- A server that shares this database. Its life changes with each start, its beat every few seconds.
create table node (
  id varchar(64) not null primary key,
  life varchar(36) not null,
  beat bigint not null,
  started_at bigint not null
);

insert into job_input (job_id, source, stdin) select id, source, stdin from job;
insert into job_result (job_id, stdout, stderr) select id, stdout, stderr from job where state = 'DONE';

alter table job add column wanted_version varchar(64);
alter table job add column client varchar(255) default '' not null;
alter table job add column turn bigint default 0 not null;
alter table job add column idempotency_key varchar(255);
alter table job add column request_digest varchar(64);
alter table job add column labels ${bytes};
alter table job add column verdict varchar(16);
alter table job add column node_id varchar(64);
alter table job add column cancel_requested boolean default false not null;
alter table job add column stored_bytes bigint default 0 not null;
alter table job add column read_at bigint;

update job set verdict = 'ACCEPTED' where state = 'DONE' and exit_code = 0;
update job set verdict = 'RUNTIME_ERROR' where state = 'DONE' and exit_code <> 0;
update job set verdict = 'TIME_LIMIT' where state = 'DONE' and timed_out;
update job set verdict = 'PLATFORM_ERROR' where state = 'ERROR';
update job set state = 'QUEUED' where state = 'PENDING';
update job set state = 'BOOTING' where state = 'RUNNING';
update job set state = 'FINISHED' where state in ('DONE', 'ERROR');

drop index job_state_created;
alter table job drop column source;
alter table job drop column stdin;
alter table job drop column stdout;
alter table job drop column stderr;
alter table job drop column stdout_truncated;
alter table job drop column stderr_truncated;
alter table job drop column timed_out;
alter table job drop column vm_created_micros;
alter table job drop column agent_ready_micros;
alter table job drop column compile_micros;
alter table job drop column run_micros;
alter table job drop column version;

-- Claims take the lowest turn; a submission asks for its client's highest one.
create index job_turn on job (state, turn, created_at, id);
create index job_client_turn on job (client desc, state desc, turn desc);
create index job_node on job (node_id, state);
create index job_created on job (created_at desc, id desc);
create unique index job_idempotency on job (client, idempotency_key);

alter table ip_lease add column node_id varchar(64);
create index ip_lease_node on ip_lease (node_id);

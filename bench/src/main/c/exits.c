/*
 * The peer of `bench exits`: runs a guest on plain KVM with the smallest loop that still answers the
 * exits of the guest, and tells what the loop took.
 *
 * usage: exits GUEST   an ELF file for x86-64, loaded at its physical addresses, entered in long mode
 *
 * The guest may write to any port; writing 0xfe to port 0x64 ends it. Prints one line: exits, processor
 * nanoseconds of this thread, nanoseconds on the clock. Exit code 0, or 1 with a sentence.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	RAM = 16 << 20,
	PML4 = 0x9000,
	PDPT = 0xa000,
	DIRECTORY = 0xb000,
	STACK = 0x8ff0,
	PORT_I8042 = 0x64,
	PULSE_RESET = 0xfe,
	CPUID_ENTRIES = 256
};

static void die(const char *what)
{
	fprintf(stderr, "exits: %s failed: %s.\n", what, strerror(errno));
	exit(1);
}

static void refuse(const char *why)
{
	fprintf(stderr, "exits: %s.\n", why);
	exit(1);
}

static int call(int fd, unsigned long request, void *argument, const char *what)
{
	int result = ioctl(fd, request, argument);

	if (result < 0)
		die(what);
	return result;
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		die("clock_gettime");
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Returns the guest's entry. */
static uint64_t load(const char *path, uint8_t *ram)
{
	static uint8_t file[1 << 16];
	const Elf64_Ehdr *head = (const void *)file;
	const Elf64_Phdr *segment;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0 || (size = read(fd, file, sizeof(file))) < 0)
		die(path);
	close(fd);
	if (size < (ssize_t)(sizeof(*head) + sizeof(*segment)) || memcmp(file, ELFMAG, SELFMAG) ||
	    head->e_phoff != sizeof(*head) || head->e_phnum != 1)
		refuse("the guest is no ELF file with one segment");
	segment = (const void *)(file + sizeof(*head));
	if (segment->p_offset > (uint64_t)size || segment->p_filesz > size - segment->p_offset ||
	    segment->p_paddr > RAM - sizeof(file))
		refuse("the guest's segment lies outside its file or the RAM");
	memcpy(ram + segment->p_paddr, file + segment->p_offset, segment->p_filesz);
	return head->e_entry;
}

/* The first GiB mapped onto itself by 2 MiB pages. */
static void page_tables(uint8_t *ram)
{
	uint64_t *directory = (uint64_t *)(ram + DIRECTORY);

	*(uint64_t *)(ram + PML4) = PDPT | 3;
	*(uint64_t *)(ram + PDPT) = DIRECTORY | 3;
	for (uint64_t i = 0; i < 512; i++)
		directory[i] = i << 21 | 0x83;
}

static void long_mode(int vcpu, uint64_t entry)
{
	struct kvm_sregs s;
	struct kvm_regs r = { .rip = entry, .rsp = STACK, .rflags = 2 };
	struct kvm_segment code = { .limit = 0xffffffff, .selector = 0x10, .type = 11,
				    .present = 1, .s = 1, .l = 1, .g = 1 };
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 0x18, .type = 3,
				    .present = 1, .s = 1, .db = 1, .g = 1 };

	call(vcpu, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	s.cs = code;
	s.ds = s.es = s.fs = s.gs = s.ss = data;
	s.cr3 = PML4;
	s.cr4 |= 0x20;
	s.cr0 |= 0x80000001;
	s.efer |= 0x500;
	call(vcpu, KVM_SET_SREGS, &s, "KVM_SET_SREGS");
	call(vcpu, KVM_SET_REGS, &r, "KVM_SET_REGS");
}

/* The same machine in the kernel as the VMM's: interrupt controllers, timer, CPUID. */
static int machine(int kvm, uint8_t *ram)
{
	struct kvm_pit_config pit = { 0 };
	uint64_t identity_map = 0xfffbc000;
	struct kvm_userspace_memory_region region = {
		.memory_size = RAM, .userspace_addr = (uint64_t)ram };
	int vm = call(kvm, KVM_CREATE_VM, 0, "KVM_CREATE_VM");

	call(vm, KVM_SET_TSS_ADDR, (void *)0xfffbd000, "KVM_SET_TSS_ADDR");
	call(vm, KVM_SET_IDENTITY_MAP_ADDR, &identity_map, "KVM_SET_IDENTITY_MAP_ADDR");
	call(vm, KVM_CREATE_IRQCHIP, 0, "KVM_CREATE_IRQCHIP");
	call(vm, KVM_CREATE_PIT2, &pit, "KVM_CREATE_PIT2");
	call(vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
	return vm;
}

static void set_cpuid(int kvm, int vcpu)
{
	struct kvm_cpuid2 *cpuid =
		calloc(1, sizeof(*cpuid) + CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2));

	if (!cpuid)
		die("calloc");
	cpuid->nent = CPUID_ENTRIES;
	call(kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
	call(vcpu, KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
	free(cpuid);
}

/* Returns the number of exits. */
static uint64_t loop(int vcpu, struct kvm_run *run)
{
	uint64_t exits = 0;

	for (;;) {
		if (ioctl(vcpu, KVM_RUN, 0) < 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			die("KVM_RUN");
		}
		exits++;
		if (run->exit_reason != KVM_EXIT_IO) {
			fprintf(stderr, "exits: unexpected exit reason %u.\n", run->exit_reason);
			exit(1);
		}
		if (run->io.port == PORT_I8042 && run->io.direction == KVM_EXIT_IO_OUT &&
		    *((uint8_t *)run + run->io.data_offset) == PULSE_RESET)
			return exits;
	}
}

int main(int argc, char **argv)
{
	struct kvm_run *run;
	uint8_t *ram;
	uint64_t exits, cpu, wall;
	int kvm, vm, vcpu;

	if (argc != 2)
		refuse("usage: exits GUEST");
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		die("open of /dev/kvm");
	ram = mmap(NULL, RAM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ram == MAP_FAILED)
		die("mmap of the RAM");
	vm = machine(kvm, ram);
	vcpu = call(vm, KVM_CREATE_VCPU, 0, "KVM_CREATE_VCPU");
	run = mmap(NULL, call(kvm, KVM_GET_VCPU_MMAP_SIZE, 0, "KVM_GET_VCPU_MMAP_SIZE"),
		   PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		die("mmap of the run structure");
	set_cpuid(kvm, vcpu);
	page_tables(ram);
	long_mode(vcpu, load(argv[1], ram));
	cpu = now(CLOCK_THREAD_CPUTIME_ID);
	wall = now(CLOCK_MONOTONIC);
	exits = loop(vcpu, run);
	wall = now(CLOCK_MONOTONIC) - wall;
	cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
	printf("%llu %llu %llu\n", (unsigned long long)exits, (unsigned long long)cpu,
	       (unsigned long long)wall);
	return 0;
}

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { disassemblyOf, parseMachineCode } from './report.ts';

const PRINTED = `DRM_IOCTL_GET_CAP: unhandled 0x10
Compute Shader
disasm:
BB0:
	v_mov_b32_e32 v1, 0                                         ; 7e020280
BB1:
	v_fma_f32 v1, v1, v3, v2                                    ; d6130001 040a0701
	v_add_nc_u32_e32 v2, 4, v2                                  ; 4a040484
	s_cbranch_scc0 BB1                                          ; bfa1fff0
BB2:
	s_endpgm                                                    ; bfb00000


Compute Shader:
*** SHADER STATS ***
Driver pipeline hash: 9414883122407150983
SGPRs: 128
VGPRs: 84
Spilled SGPRs: 1
Spilled VGPRs: 2
Code size: 184
LDS size: 8192
Scratch size: 16
Subgroups per SIMD: 8
Instructions: 5
Latency: 3071
Inverse Throughput: 192
Pre-Sched SGPRs: 10
Pre-Sched VGPRs: 4
********************
`;

test('statistics and shares of one shader', () => {
  assert.equal(parseMachineCode(PRINTED, false), {
    vector_registers: 84,
    vector_spills: 2,
    scalar_registers: 128,
    scalar_spills: 1,
    scratch_bytes: 16,
    workgroup_bytes: 8192,
    waves: 8,
    wave_size: 64,
    instructions: 5,
    whole: { multiply_adds: 1, alu_instructions: 3, share: 1 / 3 },
    main_loop: { multiply_adds: 1, alu_instructions: 2, share: 0.5 },
  });
});

test('where waves of 32 exist as well, the driver counts one of 64 as two', () => {
  assert.is(parseMachineCode(PRINTED, true).waves, 4);
  const narrow = parseMachineCode(PRINTED.replace('v_mov_b32_e32 v1, 0', 's_mov_b32 exec_lo, s1'), true);
  assert.is(narrow.waves, 8);
  assert.is(narrow.wave_size, 32);
});

test('the disassembly alone, for --dump', () => {
  const text = disassemblyOf(PRINTED);
  assert.ok(text.startsWith('BB0:\n') && text.endsWith('; bfb00000\n'), text);
});

test('what another Mesa prints is refused by name', () => {
  assert.throws(() => parseMachineCode(PRINTED.replace('VGPRs: 84', ''), true), /no "VGPRs"/);
  assert.throws(() => parseMachineCode('Segmentation fault\n', true), /no disassembly/);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countAlu, mainLoop, parseBlocks } from './disassembly.ts';

/** A loop that stages (BB2), inside one that multiplies (BB1 to BB4), and another with fewer multiply-adds behind it. */
const NESTED = `
BB0:
	v_mov_b32_e32 v1, 0                                         ; 7e020280
	s_nop 0                                                     ; bf800000
	(then repeated 2 times)
BB1:
	v_add_nc_u32_e32 v2, 4, v2                                  ; 4a040484
	s_cbranch_scc1 BB5                                          ; bfa20014
BB2:
	v_add_nc_u32_e32 v3, 4, v3                                  ; 4a060684
	v_fma_f32 v3, v1, v3, v2                                    ; d6130001 040a0701
	s_cbranch_scc0 BB2                                          ; bfa1fff0
BB3:
	v_fmac_f32_e32 v4, v5, v6                                   ; 56080d05
	v_dual_fmac_f32 v7, v5, v8 :: v_dual_mov_b32 v9, v10        ; c8100000 00000000
	v_dual_fmac_f32 v7, v5, v8 :: v_dual_fmac_f32 v9, v5, v10   ; c8000000 00000000
	v_mad_u32_u24 v11, v1, v2, v3                               ; d60b000b 040e0501
	ds_load_b128 v[12:15], v11                                  ; dbfc0000 0c00000b
BB4:
	v_pk_fma_f16 v16, v17, v18, v16                             ; cc0e4010 1c422511
	s_branch BB1                                                ; bfa0ffe9
BB5:
	v_fma_f32 v19, v1, v3, v2                                   ; d6130013 040a0701
	s_cbranch_scc0 BB5                                          ; bfa1fff0
BB6:
	s_endpgm                                                    ; bfb00000
`;

test('blocks hold instructions without their encodings, repeats written out', () => {
  const blocks = parseBlocks(NESTED);
  assert.equal(
    blocks.map(({ name }) => name),
    ['BB0', 'BB1', 'BB2', 'BB3', 'BB4', 'BB5', 'BB6'],
  );
  assert.equal(blocks[0].lines, ['v_mov_b32_e32 v1, 0', 's_nop 0', 's_nop 0', 's_nop 0']);
});

test('two operations that issue as one count as two; whole numbers are no multiply-adds', () => {
  assert.equal(countAlu([parseBlocks(NESTED)[3]]), { alu: 6, multiplyAdds: 4 });
});

test('the main loop is the one with the most multiply-adds, without the loops inside it', () => {
  const loop = mainLoop(parseBlocks(NESTED))!;
  assert.equal(
    loop.map(({ name }) => name),
    ['BB1', 'BB3', 'BB4'],
  );
  assert.equal(countAlu(loop), { alu: 8, multiplyAdds: 5 });
});

test('a block that branches to itself is a loop', () => {
  const alone = parseBlocks('BB0:\n\ts_nop 0 ; 0\nBB1:\n\tv_fma_f32 v1, v1, v2, v3 ; 0\n\ts_cbranch_scc0 BB1 ; 0\n');
  assert.equal(countAlu(mainLoop(alone)!), { alu: 1, multiplyAdds: 1 });
});

test('without multiply-adds in a loop there is no main loop', () => {
  assert.is(mainLoop(parseBlocks('BB0:\n\tv_fma_f32 v1, v1, v2, v3 ; 0\nBB1:\n\ts_branch BB1 ; 0\n')), null);
});

test("RADV's own form is read alike", () => {
  const blocks = parseBlocks(`
BB0
/* logical preds: / linear preds: / kind: uniform, top-level, loop-preheader, */
	 s2: %0:s[0-1] = s_mov_b64 %0:exec
BB1
/* logical preds: BB0, BB1, / linear preds: BB0, BB1, / kind: loop-header, branch, */
	 v1: %368:v[5] = v_fmac_f32 %1122:v[44], %1127:v[48], %169:v[5]
	 s2: (precise)%939:vcc = v_cmp_gt_f32 0, %774:v[11]
	 v4: %23:v[0-3] = ds_read_b128 %30:v[0] storage:shared
	s_cbranch_scc0 block:BB1
`);
  assert.equal(countAlu(mainLoop(blocks)!), { alu: 2, multiplyAdds: 1 });
});

test.run();

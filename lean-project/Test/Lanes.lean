module

public import PCM.Selection

/-!
# Tests of lanes

Lanes of four bits, three for the value and the guard bit: a hexadecimal digit is a lane, the last digit the first row.
-/

@[expose] public noncomputable section

namespace Test.Lanes

open PCM PCM.Lanes

example : (List.range 4).map (cell 3 0x7210) = [0, 1, 2, 7] := by decide

example : repunit 3 4 = 0x1111 := by decide +kernel

example : repunit 3 0 = 0 := by decide +kernel

/-- Every lane against every interval of three-bit values, ends included and turned around. -/
def agrees (lower upper : Nat) : Bool :=
  Nat.beq (tally 3 (repunit 3 8) (select 3 (repunit 3 8) [⟨0x76543210, ⟨lower, upper⟩⟩] (everyRow 3 (repunit 3 8))))
    ((List.range 8).filter fun x => Nat.ble lower x && Nat.ble x upper).length

example : ((List.range 9).all fun l => (List.range 8).all fun u => agrees l u) = true := by decide +kernel

/-! ## What is no packed column -/

example : fits 3 4 (repunit 3 4) 0x7777 = true := by decide +kernel

example : fits 3 4 (repunit 3 4) 0x8000 = false := by decide +kernel

example : fits 3 4 (repunit 3 4) 0x10000 = false := by decide +kernel

example : fits 3 0 (repunit 3 0) 0 = true := by decide +kernel

example : fits 3 0 (repunit 3 0) 1 = false := by decide +kernel

/-! ## How many rows can be counted

Casting out `2^4 - 1` cannot tell fifteen from none. -/

example : countable 3 14 = true := by decide +kernel

example : countable 3 15 = false := by decide +kernel

example : tally 3 (repunit 3 15) (everyRow 3 (repunit 3 15)) = 0 := by decide +kernel

/-! ## What lanes can be compared with -/

example : comparable 3 ⟨0, 7⟩ = true := by decide +kernel

example : comparable 3 ⟨8, 7⟩ = true := by decide +kernel

example : comparable 3 ⟨0, 8⟩ = false := by decide +kernel

example : comparable 3 ⟨9, 7⟩ = false := by decide +kernel

end Test.Lanes

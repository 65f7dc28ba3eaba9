module

public import PCM.Physics

/-! # Tests of `physics`: lanes of four bits, three for the value -/

@[expose] public noncomputable section

namespace Test.Physics

open PCM

/-- Two findings, one at its tolerance. -/
def two : Residuals := ⟨3, [⟨2, 0x03, 0x13⟩]⟩

example : two.all = [⟨3, 3⟩, ⟨0, 1⟩] := by
  simp [two, Residuals.all, ResidualBlock.residuals, cell, List.range, List.range.loop]

/-! ## What holds -/

theorem at_the_tolerance : Physics two := Physics.of_check (by decide +kernel)

theorem no_tolerance : Physics ⟨3, [⟨4, 0, 0⟩]⟩ := Physics.of_check (by decide +kernel)

theorem no_findings : Physics ⟨3, []⟩ := Physics.of_check (by decide +kernel)

/-- What stands beyond the rows is no finding. -/
theorem beyond_the_rows : Physics ⟨3, [⟨1, 0x71, 0x01⟩]⟩ := Physics.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Physics.check { bits := 3, blocks := [{ rows := 2, residual := 4, tolerance := 19 }] } = true
is false
-/
#guard_msgs in
theorem above_tolerance : Physics ⟨3, [⟨2, 0x04, 0x13⟩]⟩ := Physics.of_check (by decide +kernel)

example : ¬Physics ⟨3, [⟨2, 0x04, 0x13⟩]⟩ := by
  simp [Physics, Residuals.all, ResidualBlock.residuals, cell, List.range, List.range.loop]

/--
error: Tactic `decide` proved that the proposition
  Physics.check { bits := 3, blocks := [{ rows := 2, residual := 32, tolerance := 19 }] } = true
is false
-/
#guard_msgs in
theorem last_row : Physics ⟨3, [⟨2, 0x20, 0x13⟩]⟩ := Physics.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Physics.check
      { bits := 3,
        blocks := [{ rows := 2, residual := 3, tolerance := 19 }, { rows := 1, residual := 1, tolerance := 0 }] } =
    true
is false
-/
#guard_msgs in
theorem last_block : Physics ⟨3, [⟨2, 0x03, 0x13⟩, ⟨1, 1, 0⟩]⟩ := Physics.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Physics.check { bits := 40, blocks := [{ rows := 1, residual := 2 ^ 40 - 1, tolerance := 2 ^ 40 - 2 }] } = true
is false
-/
#guard_msgs in
theorem not_finite : Physics ⟨40, [⟨1, 2^40 - 1, 2^40 - 2⟩]⟩ := Physics.of_check (by decide +kernel)

end Test.Physics

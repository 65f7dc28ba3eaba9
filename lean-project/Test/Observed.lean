module

public import PCM.Observed

/-!
# Tests of `observed`

Tables of lanes of 11 bits: ten for the value, and the guard bit. Written in hexadecimal, three lanes `a b c` (the lowest
row last) are `a * 2^22 + b * 2^11 + c`.
-/

@[expose] public noncomputable section

namespace Test.Observed

open PCM

/-- From 10 to 20 along the only feature. -/
def envelope : Box := [⟨10, 20⟩]

/-- Three rows: features 10, 20, 21; errors 100, 99, 900. No counterexample is marked. -/
def three : Table := ⟨10, [⟨3, [10 + 20 * 2^11 + 21 * 2^22], 100 + 99 * 2^11 + 900 * 2^22, 0⟩]⟩

/-- The same rows, one block each. -/
def cut : Table := ⟨10, [⟨1, [10], 100, 0⟩, ⟨1, [20], 99, 0⟩, ⟨1, [21], 900, 0⟩]⟩

/-! ## What holds -/

/-- Errors at the threshold pass, values at both ends are inside, and what lies outside may fail. -/
theorem at_the_ends : Observed envelope 100 0 three := Observed.of_check (by decide +kernel)

theorem in_blocks : Observed envelope 100 0 cut := Observed.of_check (by decide +kernel)

theorem tolerated : Observed envelope 99 1 three := Observed.of_check (by decide +kernel)

theorem all_tolerated : Observed envelope 0 2 three := Observed.of_check (by decide +kernel)

theorem nothing_observed : Observed envelope 0 0 ⟨10, []⟩ := Observed.of_check (by decide +kernel)

theorem no_rows : Observed envelope 0 0 ⟨10, [⟨0, [0], 0, 0⟩]⟩ := Observed.of_check (by decide +kernel)

theorem turned_around : Observed [⟨20, 10⟩] 0 0 three := Observed.of_check (by decide +kernel)

/-- The largest cells of a certificate: no finite prediction, outside by one. -/
theorem largest : Observed [⟨0, 2^40 - 2⟩] 0 0 ⟨40, [⟨1, [2^40 - 1], 2^40 - 1, 0⟩]⟩ :=
  Observed.of_check (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 99 0 three = true
is false
-/
#guard_msgs in
theorem above_threshold : Observed envelope 99 0 three := Observed.of_check (by decide +kernel)

example : ¬Observed envelope 99 0 three := by
  simp [Observed, three, envelope, Table.observations, Block.observations, Block.observation, cell, List.range,
    List.range.loop, count, Observation.Inside, Box.Contains, Interval.Contains, Observation.Fails]

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 99 0 cut = true
is false
-/
#guard_msgs in
theorem above_threshold_in_blocks : Observed envelope 99 0 cut := Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 98 1 three = true
is false
-/
#guard_msgs in
theorem one_too_many : Observed envelope 98 1 three := Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check [{ lower := 0, upper := 2 ^ 40 - 1 }] (2 ^ 40 - 2) 0
      { bits := 40, blocks := [{ rows := 1, features := [2 ^ 40 - 1], error := 2 ^ 40 - 1, mark := 0 }] } =
    true
is false
-/
#guard_msgs in
theorem no_finite_prediction : Observed [⟨0, 2^40 - 1⟩] (2^40 - 2) 0 ⟨40, [⟨1, [2^40 - 1], 2^40 - 1, 0⟩]⟩ :=
  Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check [{ lower := 10, upper := 20 }, { lower := 0, upper := 1 }] 100 0 three = true
is false
-/
#guard_msgs in
theorem one_feature_missing : Observed [⟨10, 20⟩, ⟨0, 1⟩] 100 0 three := Observed.of_check (by decide +kernel)

example : ¬Observed [⟨10, 20⟩, ⟨0, 1⟩] 100 0 three := by
  simp [Observed, three, Table.observations, Block.observations, Block.observation, List.range, List.range.loop]

/-! ## Tables that are none

The checker refuses what its arithmetic could get wrong, whether the statement holds or not. -/

/-- A guard bit is set in the first lane. -/
def dirty : Table := ⟨10, [⟨2, [2^10 + 15 * 2^11], 0, 0⟩]⟩

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 100 0 dirty = true
is false
-/
#guard_msgs in
theorem guard_bit_set : Observed envelope 100 0 dirty := Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 100 0
      { bits := 10, blocks := [{ rows := 1, features := [15 + 15 * 2 ^ 11], error := 0, mark := 0 }] } =
    true
is false
-/
#guard_msgs in
theorem more_lanes_than_rows : Observed envelope 100 0 ⟨10, [⟨1, [15 + 15 * 2^11], 0, 0⟩]⟩ :=
  Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 100 0
      { bits := 10, blocks := [{ rows := 1, features := [15], error := 900 * 2 ^ 11, mark := 0 }] } =
    true
is false
-/
#guard_msgs in
theorem errors_beyond_the_rows : Observed envelope 100 0 ⟨10, [⟨1, [15], 900 * 2^11, 0⟩]⟩ :=
  Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check envelope 1024 0 three = true
is false
-/
#guard_msgs in
theorem threshold_beyond_the_lanes : Observed envelope 1024 0 three := Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check [{ lower := 10, upper := 1024 }] 100 0 three = true
is false
-/
#guard_msgs in
theorem envelope_beyond_the_lanes : Observed [⟨10, 1024⟩] 100 0 three := Observed.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Observed.check [{ lower := 0, upper := 1 }] 1 0
      { bits := 1, blocks := [{ rows := 3, features := [0], error := 0, mark := 0 }] } =
    true
is false
-/
#guard_msgs in
theorem more_rows_than_can_be_counted : Observed [⟨0, 1⟩] 1 0 ⟨1, [⟨3, [0], 0, 0⟩]⟩ :=
  Observed.of_check (by decide +kernel)

/-! ## Other people's proofs -/

/--
error: Type mismatch
  tolerated
has type
  Observed envelope 99 1 three
but is expected to have type
  Observed envelope 99 0 three
-/
#guard_msgs in
theorem borrowed : Observed envelope 99 0 three := tolerated

end Test.Observed

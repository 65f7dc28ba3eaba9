module

public import PCM.Coverage

/-! # Tests of `coverage` -/

@[expose] public noncomputable section

namespace Test.Coverage

open PCM

/-- Ten whole numbers. -/
def envelope : Box := [⟨10, 19⟩]

/-- One row: a feature value and an error. -/
def row (x error : Nat) : Table := ⟨10, [⟨1, [x], error, 0⟩]⟩

/-- One passing row in the lower half, one in the upper. -/
def both : List Table := [row 14 100, row 15 100]

/-! ## What holds -/

theorem slab_each : Coverage envelope 100 2 2 1 both := Coverage.of_check (by decide +kernel)

theorem no_slabs : Coverage envelope 100 2 0 9 both := Coverage.of_check (by decide +kernel)

theorem nothing_claimed : Coverage envelope 100 0 4 0 [] := Coverage.of_check (by decide +kernel)

/-- A range of one number is one slab, however many are asked for. -/
theorem one_number : Coverage [⟨14, 14⟩] 100 1 8 1 both := Coverage.of_check (by decide +kernel)

/-- A range of two numbers is two. -/
theorem two_numbers : Coverage [⟨14, 15⟩] 100 2 8 1 both := Coverage.of_check (by decide +kernel)

example : (Interval.mk 10 19).slabs 3 = [⟨10, 12⟩, ⟨13, 15⟩, ⟨16, 19⟩] := by
  simp [Interval.slabs, Interval.slab, List.range, List.range.loop]

example : (Interval.mk 10 19).slabs 4 = [⟨10, 11⟩, ⟨12, 14⟩, ⟨15, 16⟩, ⟨17, 19⟩] := by
  simp [Interval.slabs, Interval.slab, List.range, List.range.loop]

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Coverage.check envelope 100 3 1 0 both = true
is false
-/
#guard_msgs in
theorem too_few : Coverage envelope 100 3 1 0 both := Coverage.of_check (by decide +kernel)

example : ¬Coverage envelope 100 3 1 0 both := by
  simp [Coverage, both, row, envelope, observations, Table.observations, Block.observations, Block.observation, cell,
    List.range, List.range.loop, count, Observation.Inside, Box.Contains, Interval.Contains, Observation.Fails]

/--
error: Tactic `decide` proved that the proposition
  Coverage.check envelope 99 1 1 0 both = true
is false
-/
#guard_msgs in
theorem failing_ones_do_not_count : Coverage envelope 99 1 1 0 both := Coverage.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Coverage.check [{ lower := 15, upper := 19 }] 100 2 1 0 both = true
is false
-/
#guard_msgs in
theorem those_outside_do_not_count : Coverage [⟨15, 19⟩] 100 2 1 0 both := Coverage.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Coverage.check envelope 100 2 3 1 both = true
is false
-/
#guard_msgs in
theorem empty_slab : Coverage envelope 100 2 3 1 both := Coverage.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Coverage.check envelope 100 2 2 2 both = true
is false
-/
#guard_msgs in
theorem thin_slab : Coverage envelope 100 2 2 2 both := Coverage.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Coverage.check envelope 100 0 1 1 [] = true
is false
-/
#guard_msgs in
theorem nothing_observed : Coverage envelope 100 0 1 1 [] := Coverage.of_check (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Coverage.check [{ lower := 10, upper := 19 }, { lower := 0, upper := 9 }] 100 0 1 0 both = true
is false
-/
#guard_msgs in
theorem one_feature_missing : Coverage [⟨10, 19⟩, ⟨0, 9⟩] 100 0 1 0 both := Coverage.of_check (by decide +kernel)

end Test.Coverage

module

public import PCM.Universal

/-! # Tests of `universal`: what a partition is worth, whatever the score -/

@[expose] public noncomputable section

namespace Test.Universal

open PCM

/-- Three by two points. -/
def box : Box := [⟨0, 2⟩, ⟨5, 6⟩]

/-- The first feature. -/
def first (x : List Nat) : Int := x.headD 0

/-- Bounds the first feature, if there is one. -/
def small (bound : Nat) (b : Box) : Bool :=
  match b with
  | i :: _ => Nat.ble i.upper bound
  | [] => false

/-- Cut between 0 and 1, and above that between 5 and 6 along the second feature. -/
def cuts : Partition := .cut 0 0 .whole (.cut 1 5 .whole .whole)

/-! ## Parts -/

example : cuts.parts box = [[⟨0, 0⟩, ⟨5, 6⟩], [⟨1, 2⟩, ⟨5, 5⟩], [⟨1, 2⟩, ⟨6, 6⟩]] := by
  simp [cuts, box, Partition.parts, Box.below, Box.above, Interval.below, Interval.above]

/-- A cut outside the box leaves a part without points, never a point without a part. -/
example : (Partition.cut 0 9 .whole .whole).parts box = [box, [⟨10, 2⟩, ⟨5, 6⟩]] := by
  simp [box, Partition.parts, Box.below, Box.above, Interval.below, Interval.above]

/-- So does a cut along a feature that there is not, twice. -/
example : (Partition.cut 2 9 .whole .whole).parts box = [box, box] := by
  simp [box, Partition.parts, Box.below, Box.above]

/-! ## Bounds -/

/-- What `small` accepts is bounded. -/
theorem small_sound (bound : Nat) (b : Box) (h : small bound b = true) : Universal first bound b := by
  intro x hx
  cases b with
  | nil => simp [small] at h
  | cons i rest =>
    cases x with
    | nil => exact hx.elim
    | cons v values =>
      have := Nat.le_trans hx.1.2 (Nat.le_of_ble_eq_true h)
      simp only [first, List.headD_cons]
      omega

theorem bounded : Universal first 2 box := Universal.of_covers (p := cuts) (small_sound 2) (by decide +kernel)

/-- A point reaches the bound, so none below it holds. -/
example : ¬Universal first 1 box := by
  intro h
  have := h [2, 5] (by simp [box, Box.Contains, Interval.Contains])
  simp [first] at this

/--
error: Tactic `decide` proved that the proposition
  Partition.covers (small 1) cuts box = true
is false
-/
#guard_msgs in
theorem one_below : Universal first 1 box := Universal.of_covers (p := cuts) (small_sound 1) (by decide +kernel)

/-- An empty box bounds everything. -/
example : Universal first (-7) [⟨1, 0⟩] := by
  intro x hx
  cases x with
  | nil => exact hx.elim
  | cons v values =>
    obtain ⟨⟨_, _⟩, _⟩ := hx
    simp_all <;> omega

end Test.Universal

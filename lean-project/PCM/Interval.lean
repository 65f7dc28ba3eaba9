module

/-!
# Intervals and boxes

A feature of a crystal (a mean electronegativity, a volume per atom) enters a certificate as a natural number: the value
times a declared scale, rounded. An *envelope* is a box: one closed interval of such numbers per feature.
-/

@[expose] public noncomputable section

namespace PCM

/-- A closed interval of scaled feature values. -/
structure Interval where
  /-- Smallest value inside. -/
  lower : Nat
  /-- Largest value inside. -/
  upper : Nat

/-- Both ends belong to the interval. -/
def Interval.Contains (i : Interval) (x : Nat) : Prop := i.lower ≤ x ∧ x ≤ i.upper

/-- The interval is not turned around. -/
def Interval.WellFormed (i : Interval) : Prop := i.lower ≤ i.upper

/-- `i` lies inside `j`. -/
def Interval.Within (i j : Interval) : Prop := j.lower ≤ i.lower ∧ i.upper ≤ j.upper

/-- Part `j` of the `parts` parts into which the interval is cut. Every integer of a well-formed interval belongs to
exactly one part, and the parts differ by at most one in size. -/
def Interval.slab (i : Interval) (parts j : Nat) : Interval where
  lower := i.lower + (i.upper - i.lower + 1) * j / parts
  upper := i.lower + (i.upper - i.lower + 1) * (j + 1) / parts - 1

/-- The interval cut into `slabs` parts, or into single integers where it holds fewer than that. -/
def Interval.slabs (i : Interval) (slabs : Nat) : List Interval :=
  (List.range (min slabs (i.upper - i.lower + 1))).map (i.slab (min slabs (i.upper - i.lower + 1)))

/-- One interval per feature, in the order of the certificate's features. -/
abbrev Box := List Interval

/-- A list of feature values lies in a box: as many values as intervals, each in its interval. -/
def Box.Contains : Box → List Nat → Prop
  | [], [] => True
  | i :: box, x :: values => i.Contains x ∧ Box.Contains box values
  | _, _ => False

/-- No interval of the box is turned around. -/
def Box.WellFormed (box : Box) : Prop := ∀ i ∈ box, i.WellFormed

/-- `inner` lies inside `outer`: as many intervals, each inside its counterpart. -/
def Box.Within : Box → Box → Prop
  | [], [] => True
  | i :: inner, j :: outer => i.Within j ∧ Box.Within inner outer
  | _, _ => False

end PCM

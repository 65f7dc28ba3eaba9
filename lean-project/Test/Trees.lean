module

public import PCM.TreeBounds
public import PCM.TreeLanesCheck

/-! # Tests of `universal` for sums of trees -/

@[expose] public noncomputable section

namespace Test.Trees

open PCM

/-- Eight by three points. -/
def box : Box := [⟨0, 7⟩, ⟨0, 2⟩]

/-- What low values of the first feature gain in the first tree, they lack in the second. -/
def opposed : Ensemble :=
  ⟨-1, [.node 0 3 (.leaf 5) (.leaf (-2)), .node 0 3 (.leaf 0) (.node 1 0 (.leaf 7) (.leaf 1))]⟩

/-- The same, as a certificate writes it down: lanes of ten bits, leaves greater by 2. -/
def forest : Forest := ⟨-1, 10, 2, [⟨8, 0x100000200000001, 0x60240000200600003803⟩]⟩

/-- Six bits and a guard, keys of eight values a feature, two questions and four leaves at most, leaves greater by 2. -/
def layout : Layout := ⟨6, 8, 2, 2, 2⟩

/-- The box as it is. -/
def uncut : Splits := ⟨10, [⟨1, 0x0, 0x0⟩]⟩

/-- Cut where both trees ask. -/
def cut : Splits := ⟨10, [⟨3, 0x1, 0x3⟩]⟩

/-- Cut one value above. -/
def beside : Splits := ⟨10, [⟨3, 0x1, 0x4⟩]⟩

/-! ## Scores -/

example : forest.ensemble = opposed := by
  simp [forest, opposed, Forest.ensemble, Forest.trees, NodeBlock.read, Forest.read, cell, List.range, List.range.loop]

example : opposed.eval [3, 0] = 4 ∧ opposed.eval [4, 0] = 4 ∧ opposed.eval [4, 1] = -2 := by decide

/-- A feature that a point lacks counts as 0. -/
example : opposed.eval [] = 4 := by decide

/-- Tree by tree: no one point reaches both greatest leaves. -/
example : opposed.upper box = 11 ∧ opposed.upper [⟨0, 3⟩, ⟨0, 2⟩] = 4 ∧ opposed.upper [⟨4, 7⟩, ⟨0, 2⟩] = 4 := by decide

/-! ## What holds -/

theorem whole : Universal forest.ensemble.eval 11 box := TreeLanes.of_check layout uncut (by decide +kernel)

theorem sharp : Universal forest.ensemble.eval 4 box := TreeLanes.of_check layout cut (by decide +kernel)

theorem smaller_envelope : Universal forest.ensemble.eval (-2) [⟨4, 7⟩, ⟨1, 2⟩] :=
  TreeLanes.of_check layout uncut (by decide +kernel)

/-- The readable check agrees. -/
theorem readable : Universal opposed.eval 4 box :=
  Ensemble.universal_of_covers (p := .cut 0 3 .whole .whole) (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check layout forest 3 box cut = true
is false
-/
#guard_msgs in
theorem one_below : Universal forest.ensemble.eval 3 box := TreeLanes.of_check layout cut (by decide +kernel)

example : ¬Universal opposed.eval 3 box := by
  intro h
  exact absurd (h [3, 0] (by simp [box, Box.Contains, Interval.Contains])) (by decide)

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check layout forest 10 box uncut = true
is false
-/
#guard_msgs in
theorem cut_too_little : Universal forest.ensemble.eval 10 box := TreeLanes.of_check layout uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check layout forest 4 box beside = true
is false
-/
#guard_msgs in
theorem cut_elsewhere : Universal forest.ensemble.eval 4 box := TreeLanes.of_check layout beside (by decide +kernel)

/-! ## What is no partition, no tree, or no fit layout -/

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check layout forest 11 box { bits := 10, blocks := [] } = true
is false
-/
#guard_msgs in
theorem no_parts : Universal forest.ensemble.eval 11 box := TreeLanes.of_check layout ⟨10, []⟩ (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check layout forest 4 box { bits := 10, blocks := [{ rows := 2, feature := 1, number := 3 }] } = true
is false
-/
#guard_msgs in
theorem half_a_cut : Universal forest.ensemble.eval 4 box :=
  TreeLanes.of_check layout ⟨10, [⟨2, 0x1, 0x3⟩]⟩ (by decide +kernel)

/-- Where a question lacks an answer, what was read is lost, and the score is another one: that of no trees. -/
example : (Forest.mk (-1) 10 2 [⟨2, 0x1, 0x1c03⟩]).ensemble.eval [3] = -1 := by
  simp [Forest.ensemble, Forest.trees, NodeBlock.read, Forest.read, cell, List.range, List.range.loop, Ensemble.eval]

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check { bits := 6, stride := 0, depth := 2, folds := 2, offset := 2 } forest 11 box uncut = true
is false
-/
#guard_msgs in
theorem no_stride : Universal forest.ensemble.eval 11 box :=
  TreeLanes.of_check ⟨6, 0, 2, 2, 2⟩ uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  TreeLanes.check { bits := 6, stride := 8, depth := 2, folds := 1, offset := 2 } forest 11 box uncut = true
is false
-/
#guard_msgs in
theorem more_leaves_than_lanes : Universal forest.ensemble.eval 11 box :=
  TreeLanes.of_check ⟨6, 8, 2, 1, 2⟩ uncut (by decide +kernel)

/-- A leaf below the offset counts as the lowest there is: its bound is too high, never too low. -/
theorem leaf_below_the_offset : Universal forest.ensemble.eval 11 box :=
  TreeLanes.of_check ⟨6, 8, 2, 2, 1⟩ uncut (by decide +kernel)

end Test.Trees

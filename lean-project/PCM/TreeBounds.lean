module

public import PCM.Ensemble

/-!
# Bounding a tree ensemble on a box

A tree's greatest contribution on a box is that of the greatest leaf that a point of the box can reach. The sum of these
over all trees bounds the score: it is too high where no single point reaches all of these leaves, the less so the
smaller the box. Cutting the box into parts thus sharpens the bound as far as one likes.

This is the definition to read. `PCM.TreeLanes` bounds the score for the kernel: as sharply, unless a tree holds a leaf that
no point reaches at all, whose tests contradict each other; it counts that one too. That its bound is one is proved.
-/

@[expose] public noncomputable section

namespace PCM

/-- The values of a feature on a box; 0 if the box does not speak of the feature. -/
def Box.range (box : Box) (feature : Nat) : Interval := box.getD feature ⟨0, 0⟩

/-- The greatest leaf that a point of the box can reach. -/
def Tree.bound : Tree → Box → Int
  | .leaf score, _ => score
  | .node f t below above, box =>
    if (box.range f).upper ≤ t then below.bound box
    else if t < (box.range f).lower then above.bound box
    else max (below.bound (box.below f t)) (above.bound (box.above f t))

/-- An upper bound of the score on the box. -/
def Ensemble.upper (m : Ensemble) (box : Box) : Int := m.base + (m.trees.map (·.bound box)).sum

theorem Box.contains_range {box : Box} {x : List Nat} (f : Nat) (h : box.Contains x) :
    (box.range f).Contains (x.getD f 0) := by
  induction box generalizing f x with
  | nil =>
    cases x with
    | nil => exact ⟨Nat.le_refl 0, Nat.le_refl 0⟩
    | cons => exact h.elim
  | cons i box ih =>
    cases x with
    | nil => exact h.elim
    | cons v x =>
      cases f with
      | zero => exact h.1
      | succ f => exact ih f h.2

theorem Box.contains_below {box : Box} {x : List Nat} {f t : Nat} (h : box.Contains x) (hx : x.getD f 0 ≤ t) :
    (box.below f t).Contains x := by
  induction box generalizing f x with
  | nil => simpa [Box.below] using h
  | cons i box ih =>
    cases x with
    | nil => exact h.elim
    | cons v x =>
      cases f with
      | zero => exact ⟨⟨h.1.1, Nat.le_min.mpr ⟨h.1.2, hx⟩⟩, h.2⟩
      | succ f => exact ⟨h.1, ih h.2 hx⟩

theorem Box.contains_above {box : Box} {x : List Nat} {f t : Nat} (h : box.Contains x) (hx : t < x.getD f 0) :
    (box.above f t).Contains x := by
  induction box generalizing f x with
  | nil => simpa [Box.above] using h
  | cons i box ih =>
    cases x with
    | nil => exact h.elim
    | cons v x =>
      cases f with
      | zero => exact ⟨⟨Nat.max_le.mpr ⟨h.1.1, hx⟩, h.1.2⟩, h.2⟩
      | succ f => exact ⟨h.1, ih h.2 hx⟩

theorem Tree.eval_le_bound (tree : Tree) {box : Box} {x : List Nat} (h : box.Contains x) :
    tree.eval x ≤ tree.bound box := by
  induction tree generalizing box with
  | leaf score => exact Int.le_refl score
  | node f t below above ihb iha =>
    have hr := Box.contains_range f h
    simp only [Interval.Contains] at hr
    simp only [eval, bound]
    split
    · rename_i hx
      split
      · exact ihb h
      · split
        · omega
        · exact Int.le_trans (ihb (Box.contains_below h hx)) (Int.le_max_left ..)
    · rename_i hx
      split
      · omega
      · split
        · exact iha h
        · exact Int.le_trans (iha (Box.contains_above h (Nat.lt_of_not_le hx))) (Int.le_max_right ..)

/-- No point of the box has a greater score. -/
theorem Ensemble.eval_le_upper (m : Ensemble) {box : Box} {x : List Nat} (h : box.Contains x) :
    m.eval x ≤ m.upper box := by
  unfold eval upper
  apply Int.add_le_add_left
  induction m.trees with
  | nil => exact Int.le_refl 0
  | cons tree trees ih =>
    simp only [List.map_cons, List.sum_cons]
    exact Int.add_le_add (tree.eval_le_bound h) ih

/-- Evaluating the bound on every part of a partition shows a bound for the whole box. -/
theorem Ensemble.universal_of_covers {m : Ensemble} {bound : Int} {box : Box} {p : Partition}
    (h : p.covers (fun part => decide (m.upper part ≤ bound)) box = true) : Universal m.eval bound box :=
  Universal.of_covers (fun _ h _ hx => Int.le_trans (m.eval_le_upper hx) (of_decide_eq_true h)) h

end PCM

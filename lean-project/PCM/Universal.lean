module

public import PCM.Interval

/-!
# `universal`: a bound for every point of a box

The risk model of a certificate gives every point of the feature space a *score*, a whole number; the greater, the
likelier a failure of the potential. `Universal` bounds it for all points of a box, whether a crystal was ever tested
there or not.

A bound for a large box is seldom sharp enough. So the box is cut: into points whose feature `f` is at most `last` and
points where it is greater, and these again. A `Partition` says where; how it was found does not matter, since the two
halves of a cut hold every point of the whole, whatever the cut.
-/

@[expose] public noncomputable section

namespace PCM

/-- For all feature vectors in the box, tested or not, the score is at most the bound. -/
def Universal (score : List Nat → Int) (bound : Int) (box : Box) : Prop :=
  ∀ x, box.Contains x → score x ≤ bound

/-- The values of the interval that are at most `last`. -/
def Interval.below (i : Interval) (last : Nat) : Interval := ⟨i.lower, min i.upper last⟩

/-- The values of the interval that are greater than `last`. -/
def Interval.above (i : Interval) (last : Nat) : Interval := ⟨max i.lower (last + 1), i.upper⟩

/-- The points of the box whose feature `f` is at most `last`; the whole box if it has no such feature. -/
def Box.below (box : Box) (f last : Nat) : Box := box.modify f (·.below last)

/-- The points of the box whose feature `f` is greater than `last`; the whole box if it has no such feature. -/
def Box.above (box : Box) (f last : Nat) : Box := box.modify f (·.above last)

/-- How a box is cut into smaller ones. -/
inductive Partition where
  /-- Not at all. -/
  | whole
  /-- Along one feature, into the values up to `last` and those above, and both parts further. -/
  | cut (feature last : Nat) (below above : Partition)

/-- The parts into which a box is cut, from the lowest. -/
def Partition.parts : Partition → Box → List Box
  | .whole, box => [box]
  | .cut f last p q, box => p.parts (box.below f last) ++ q.parts (box.above f last)

/-- The check holds of every part. -/
def Partition.covers (check : Box → Bool) : Partition → Box → Bool
  | .whole, box => check box
  | .cut f last p q, box => p.covers check (box.below f last) && q.covers check (box.above f last)

theorem Box.contains_below_or_above {box : Box} {x : List Nat} (f last : Nat) (h : box.Contains x) :
    (box.below f last).Contains x ∨ (box.above f last).Contains x := by
  induction box generalizing f x with
  | nil => exact Or.inl (by simpa [Box.below] using h)
  | cons i box ih =>
    cases x with
    | nil => exact h.elim
    | cons v x =>
      obtain ⟨hv, hx⟩ := h
      cases f with
      | zero =>
        rcases Nat.lt_or_ge last v with hlt | hle
        · exact Or.inr ⟨⟨Nat.max_le.mpr ⟨hv.1, hlt⟩, hv.2⟩, hx⟩
        · exact Or.inl ⟨⟨hv.1, Nat.le_min.mpr ⟨hv.2, hle⟩⟩, hx⟩
      | succ f =>
        rcases ih f hx with h | h
        · exact Or.inl ⟨hv, h⟩
        · exact Or.inr ⟨hv, h⟩

namespace Universal

variable {score : List Nat → Int} {bound : Int} {box : Box} {p : Partition}

/-- A bound for both halves of a cut is one for the whole. -/
theorem of_halves {f last : Nat} (below : Universal score bound (box.below f last))
    (above : Universal score bound (box.above f last)) : Universal score bound box := by
  intro x hx
  rcases Box.contains_below_or_above f last hx with h | h
  · exact below x h
  · exact above x h

/-- A bound for every part is one for the whole. -/
theorem of_parts (h : ∀ part ∈ p.parts box, Universal score bound part) : Universal score bound box := by
  induction p generalizing box with
  | whole => exact h box (List.mem_singleton.mpr rfl)
  | cut f last p q ihp ihq =>
    exact of_halves (ihp fun part hp => h part (List.mem_append_left _ hp))
      (ihq fun part hp => h part (List.mem_append_right _ hp))

/-- If a check implies the bound, and holds of every part, the bound holds of the whole. -/
theorem of_covers {check : Box → Bool} (sound : ∀ box, check box = true → Universal score bound box)
    (h : p.covers check box = true) : Universal score bound box := by
  induction p generalizing box with
  | whole => exact sound box h
  | cut f last p q ihp ihq =>
    simp only [Partition.covers, Bool.and_eq_true] at h
    exact of_halves (ihp h.1) (ihq h.2)

end Universal

end PCM

module

/-!
# Counting

Certificates count: violations inside an envelope, passing observations in a slab, failures among validation structures.
-/

@[expose] public noncomputable section

namespace PCM

open Classical in
/-- How many members of a list have the property `p`. -/
def count {α : Type} (p : α → Prop) (xs : List α) : Nat := xs.countP fun x => decide (p x)

theorem count_nil {α : Type} (p : α → Prop) : count p [] = 0 := rfl

theorem count_append {α : Type} (p : α → Prop) (xs ys : List α) : count p (xs ++ ys) = count p xs + count p ys :=
  List.countP_append

theorem count_le_length {α : Type} (p : α → Prop) (xs : List α) : count p xs ≤ xs.length := List.countP_le_length

theorem count_eq_zero {α : Type} {p : α → Prop} {xs : List α} (h : count p xs = 0) : ∀ x ∈ xs, ¬p x := by
  intro x hx hp
  have := List.countP_eq_zero.mp h x hx
  simp [hp] at this

theorem count_map {α β : Type} (p : β → Prop) (f : α → β) (xs : List α) :
    count p (xs.map f) = count (fun x => p (f x)) xs :=
  List.countP_map

/-- Counting by a Boolean test that agrees with the property on the list. -/
theorem countP_eq_count {α : Type} {p : α → Prop} {q : α → Bool} {xs : List α}
    (h : ∀ x ∈ xs, q x = true ↔ p x) : xs.countP q = count p xs := by
  apply List.countP_congr
  intro x hx
  simp [h x hx]

end PCM

module

public import PCM.Interval

/-!
# `nested`: the rounds only ever tighten the envelope

Refinement starts from the range of all observations and tightens it round by round. A chain of boxes, the widest
first, is nested if every box is well-formed, has one interval per feature, and lies inside the box before it.
-/

@[expose] public noncomputable section

namespace PCM

/-- Every box has `features` well-formed intervals, and each box but the first lies inside the one before it. -/
def Nested (features : Nat) : List Box → Prop
  | [] => True
  | [box] => box.length = features ∧ box.WellFormed
  | outer :: inner :: rest => outer.length = features ∧ outer.WellFormed ∧ inner.Within outer ∧ Nested features (inner :: rest)

namespace Nested

/-- Decides `Box.WellFormed`. -/
def wellFormed (box : Box) : Bool := box.all fun i => Nat.ble i.lower i.upper

/-- Decides `Box.Within`. -/
def within : Box → Box → Bool
  | [], [] => true
  | i :: inner, j :: outer => Nat.ble j.lower i.lower && Nat.ble i.upper j.upper && within inner outer
  | _, _ => false

/-- The checker behind `Nested.of_check`. -/
def check (features : Nat) : List Box → Bool
  | [] => true
  | [box] => Nat.beq box.length features && wellFormed box
  | outer :: inner :: rest =>
    Nat.beq outer.length features && wellFormed outer && within inner outer && check features (inner :: rest)

theorem wellFormed_sound {box : Box} (h : wellFormed box = true) : box.WellFormed := by
  intro i hi
  exact Nat.le_of_ble_eq_true (List.all_eq_true.mp h i hi)

theorem within_sound {inner outer : Box} (h : within inner outer = true) : inner.Within outer := by
  induction inner generalizing outer with
  | nil => cases outer <;> simp_all [within, Box.Within]
  | cons i inner ih =>
    cases outer with
    | nil => simp [within] at h
    | cons j outer =>
      simp only [within, Bool.and_eq_true] at h
      exact ⟨⟨Nat.le_of_ble_eq_true h.1.1, Nat.le_of_ble_eq_true h.1.2⟩, ih h.2⟩

/-- What the checker accepts is nested. -/
theorem of_check {features : Nat} {boxes : List Box} (h : check features boxes = true) : Nested features boxes := by
  induction boxes with
  | nil => trivial
  | cons outer rest ih =>
    cases rest with
    | nil =>
      simp only [check, Bool.and_eq_true] at h
      exact ⟨Nat.eq_of_beq_eq_true h.1, wellFormed_sound h.2⟩
    | cons inner rest =>
      simp only [check, Bool.and_eq_true] at h
      exact ⟨Nat.eq_of_beq_eq_true h.1.1.1, wellFormed_sound h.1.1.2, within_sound h.1.2, ih h.2⟩

end Nested

end PCM
